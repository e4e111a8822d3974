# fish completion for kabar.

complete -c kabar -f
complete -c kabar -n __fish_use_subcommand -a read -d 'Take the article out of saved pages'
complete -c kabar -n __fish_use_subcommand -a feed -d 'Read a feed into JSON Feed'
complete -c kabar -n __fish_use_subcommand -a group -d 'Put articles into stories'
complete -c kabar -n __fish_use_subcommand -a related -d 'Find the articles that are near each other'
complete -c kabar -n __fish_use_subcommand -a fetch -d 'Fetch feeds, articles and sites'
complete -c kabar -n __fish_use_subcommand -a help -d 'Show what a verb does'
complete -c kabar -n __fish_use_subcommand -s h -l help -d 'Show the verbs'
complete -c kabar -n __fish_use_subcommand -s V -l version -d 'Print the version'

complete -c kabar -n '__fish_seen_subcommand_from help' -a 'read feed fetch group related help'

set -l read '__fish_seen_subcommand_from read'
complete -c kabar -n $read -F
complete -c kabar -n $read -s f -l format -x -d 'What to print' \
    -a 'text\t"the body alone" markdown\t"CommonMark with tables" html\t"a small document" json\t"the whole record" jsonld\t"schema.org, a NewsArticle" ninjs\t"IPTC ninjs 3.1" view\t"for the eyes"'
complete -c kabar -n $read -s u -l url -x -d 'The address of the page'
complete -c kabar -n $read -l language -x -d 'The language of the page'
complete -c kabar -n $read -l content-type -x -d 'As HTTP gave it' \
    -a 'text/html text/plain application/xhtml+xml'
complete -c kabar -n $read -s o -l output -r -F -d 'Write to a file'
complete -c kabar -n $read -s w -l width -x -d 'Columns of view'
complete -c kabar -n $read -l color -x -d 'Bold and dim in view' -a 'auto always never'
complete -c kabar -n $read -l indent -x -d 'Spaces a level of json' -a '0 2 4'
complete -c kabar -n $read -s j -l jobs -x -d 'Threads for many pages'
complete -c kabar -n $read -l paths-from -r -F -d 'Read the files that a file names'
complete -c kabar -n $read -l progress -d 'Show progress always'
complete -c kabar -n $read -l no-progress -d 'Show no progress'
complete -c kabar -n $read -l max-page-bytes -x -d 'Refuse larger pages' -a '16M 64M 256M 1G'
complete -c kabar -n $read -l assets -x -d 'Read data files from a folder' \
    -a '(__fish_complete_directories)'
complete -c kabar -n $read -s h -l help -d 'Show help'

set -l feed '__fish_seen_subcommand_from feed'
complete -c kabar -n $feed -F
complete -c kabar -n $feed -s f -l format -x -d 'What to print' \
    -a 'json\t"JSON Feed 1.1" view\t"a list for the eyes"'
complete -c kabar -n $feed -s u -l base-url -x -d 'Where the feed stood'
complete -c kabar -n $feed -l content-type -x -d 'As HTTP gave it' \
    -a 'application/rss+xml application/atom+xml application/feed+json text/xml'
complete -c kabar -n $feed -l content-language -x -d 'As HTTP gave it'
complete -c kabar -n $feed -s o -l output -r -F -d 'Write to a file'
complete -c kabar -n $feed -s w -l width -x -d 'Columns of view'
complete -c kabar -n $feed -l color -x -d 'Bold and dim in view' -a 'auto always never'
complete -c kabar -n $feed -l indent -x -d 'Spaces a level of json' -a '0 2 4'
complete -c kabar -n $feed -l max-bytes -x -d 'Refuse larger feeds' -a '1M 16M 128M'
complete -c kabar -n $feed -l allow-private -x -d 'Ask there though it is not public'
complete -c kabar -n $feed -s h -l help -d 'Show help'

set -l group '__fish_seen_subcommand_from group related'
complete -c kabar -n $group -F
complete -c kabar -n '__fish_seen_subcommand_from group' -s r -l reports -d 'As stories take reports'
complete -c kabar -n '__fish_seen_subcommand_from related' -s n -l most -x -d 'Articles that each is given'
complete -c kabar -n $group -s h -l help -d 'Show help'

set -l fetch '__fish_seen_subcommand_from fetch'
complete -c kabar -n $fetch -f
complete -c kabar -n $fetch -s f -l format -x -d 'What to print' \
    -a 'json view text markdown html jsonld ninjs'
complete -c kabar -n $fetch -l as -x -d 'What it is taken for' -a 'auto feed article site'
complete -c kabar -n $fetch -s n -l articles -x -d 'Read the first articles' -a '1 5 10'
complete -c kabar -n $fetch -s o -l output -r -F -d 'Write to a file'
complete -c kabar -n $fetch -s v -l verbose -d 'Tell requests, headers, decisions'
complete -c kabar -n $fetch -s j -l jobs -x -d 'Connections at a time' -a '16 64 256'
complete -c kabar -n $fetch -l paths-from -r -F -d 'A list of addresses'
complete -c kabar -n $fetch -l progress -d 'Show progress'
complete -c kabar -n $fetch -l no-progress -d 'Show no progress'
complete -c kabar -n $fetch -l state -r -F -d 'Keep there what is known of feeds'
complete -c kabar -n $fetch -l due -d 'Only feeds whose time has come'
complete -c kabar -n $fetch -l warc -r -F -d 'Write what came to a WARC file'
complete -c kabar -n $fetch -l contact -x -d 'Who you are'
complete -c kabar -n $fetch -l user-agent -x -d 'The whole User-Agent'
complete -c kabar -n $fetch -s H -l header -x -d 'A header'
complete -c kabar -n $fetch -l cookie -x -d 'Cookies'
complete -c kabar -n $fetch -l user -x -d 'Log in'
complete -c kabar -n $fetch -l proxy -x -d 'Go by a proxy'
complete -c kabar -n $fetch -l insecure -d 'Do not check the certificate'
complete -c kabar -n $fetch -l ca-file -r -F -d 'Certificates to trust'
complete -c kabar -n $fetch -l allow-private -x -d 'Go to a private address too'
complete -c kabar -n $fetch -l allow-port -x -d 'Go to a port too'
complete -c kabar -n $fetch -l resolve -x -d 'Do not look a name up'
complete -c kabar -n $fetch -l timeout -x -d 'Seconds for one address' -a '10 30 120'
complete -c kabar -n $fetch -l max-bytes -x -d 'Refuse larger answers' -a '1M 16M 128M'
complete -c kabar -n $fetch -l spacing -x -d 'Between two requests to one host' -a '500 1000 5000'
complete -c kabar -n $fetch -s w -l width -x -d 'Columns of view'
complete -c kabar -n $fetch -l color -x -d 'Bold and dim in view' -a 'auto always never'
complete -c kabar -n $fetch -l indent -x -d 'Spaces a level of json' -a '0 2 4'
complete -c kabar -n $fetch -s h -l help -d 'Show help'
