# fish completion for kabar.

complete -c kabar -f
complete -c kabar -n __fish_use_subcommand -a read -d 'Take the article out of saved pages'
complete -c kabar -n __fish_use_subcommand -a feed -d 'Read a feed into JSON Feed'
complete -c kabar -n __fish_use_subcommand -a help -d 'Show what a verb does'
complete -c kabar -n __fish_use_subcommand -s h -l help -d 'Show the verbs'
complete -c kabar -n __fish_use_subcommand -s V -l version -d 'Print the version'

complete -c kabar -n '__fish_seen_subcommand_from help' -a 'read feed help'

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
