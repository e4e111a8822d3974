# bash completion for kabar.  It stands by itself: bash-completion is used where it is
# there, and not needed.

_kabar_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_kabar_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

# word and before are the caller's.
_kabar_feed() {
    case $before in
    -f | --format)
        _kabar_words 'json view' "$word"
        ;;
    --color)
        _kabar_words 'auto always never' "$word"
        ;;
    --content-type)
        _kabar_words 'application/rss+xml application/atom+xml application/feed+json text/xml' \
            "$word"
        ;;
    --indent)
        _kabar_words '0 2 4' "$word"
        ;;
    --max-bytes)
        _kabar_words '1M 16M 128M' "$word"
        ;;
    -u | --base-url | --content-language | --allow-private | -w | --width) ;;
    *)
        if [[ $word == -* ]]; then
            _kabar_words '--format --base-url --content-type --content-language --output
                --width --color --indent --max-bytes --allow-private --help' "$word"
        else
            _kabar_files
        fi
        ;;
    esac
}

_kabar_fetch() {
    case $before in
    -f | --format)
        _kabar_words 'json view text markdown html jsonld ninjs' "$word"
        ;;
    --as)
        _kabar_words 'auto feed article site' "$word"
        ;;
    --color)
        _kabar_words 'auto always never' "$word"
        ;;
    --indent)
        _kabar_words '0 2 4' "$word"
        ;;
    --max-bytes)
        _kabar_words '1M 16M 128M' "$word"
        ;;
    -o | --output | --paths-from | --state | --warc | --db | --ca-file)
        _kabar_files
        ;;
    *)
        [[ $word == -* ]] && _kabar_words '--format --as --articles --output --verbose
            --jobs --paths-from --progress --no-progress --state --due --warc --all --db
            --contact
            --user-agent --header --cookie --user --proxy --insecure --ca-file
            --allow-private --allow-port --resolve --timeout --max-bytes --spacing
            --width --color --indent --help' "$word"
        ;;
    esac
}

# The verbs of the wire; verb is the caller's too.
_kabar_wire() {
    local own= common='--db --user --json --text --color --width --help'
    case $verb in
    add)
        own='--folder --name --full-text --site --unseen --verbose --contact --user-agent
            --header --cookie --user --proxy --insecure --ca-file --allow-private
            --allow-port --resolve --timeout --max-bytes --spacing'
        common='--db --for --help'
        ;;
    move-in)
        own='--token --json --quiet --verbose --contact --user-agent --header --cookie --user
            --proxy --insecure --ca-file --allow-private --allow-port --resolve --timeout
            --max-bytes --spacing'
        common='--db --for --help'
        ;;
    import)
        own='--jobs --paths-from --json --quiet'
        common='--db --for --help'
        ;;
    feeds)
        own='--failing --name --folder --full-text --pause --resume --settings --keep-days
            --keep-count --keep --remove'
        ;;
    rules) own='--feed --folder --last' ;;
    stories)
        own='--since --before --language --outlet --tag --query --outlets --newest --most'
        ;;
    show) own='--format' ;;
    search) own='--order --most --skip --save --saved --forget' ;;
    star | tag) own='--remove --story' ;;
    mark) own='--unread --story' ;;
    export)
        own='--format --output --story --query --tag --starred --unread --language --outlet
            --since --before --most'
        ;;
    retain) own='--keep-days --keep-count --keep --starred --tagged --now' ;;
    check) own='--quick' ;;
    user) own='--owner --no-password' ;;
    pass) own='--token --days' ;;
    esac
    case $verb$before in
    *--db | export-o | export--output | add--ca-file | move-in--ca-file | \
        import--paths-from)
        _kabar_files
        ;;
    *--color)
        _kabar_words 'auto always never' "$word"
        ;;
    *--since | *--before)
        _kabar_words 'today yesterday 12h 7d 30d' "$word"
        ;;
    add--full-text | feeds--full-text)
        _kabar_words 'auto always never' "$word"
        ;;
    feeds--keep)
        _kabar_words 'all metadata nothing' "$word"
        ;;
    show-f | show--format)
        _kabar_words 'text json html dot' "$word"
        ;;
    export-f | export--format)
        _kabar_words 'jsonl ninjs jsonfeed warc opml' "$word"
        ;;
    search--order)
        _kabar_words 'rank newest' "$word"
        ;;
    retain--keep)
        _kabar_words 'all metadata nothing' "$word"
        ;;
    retain--starred | retain--tagged)
        _kabar_words 'yes no' "$word"
        ;;
    *)
        if [[ $word == -* ]]; then
            _kabar_words "$own $common" "$word"
        elif [[ $verb == backup || $verb == import ]]; then
            _kabar_files
        elif [[ $verb == rules && $before == rules ]]; then
            _kabar_words 'add remove test import export' "$word"
        elif [[ $verb == user && $before == user ]]; then
            _kabar_words 'list add remove password role rename' "$word"
        elif [[ $verb == pass && $before == pass ]]; then
            _kabar_words 'list add end' "$word"
        fi
        ;;
    esac
}

# serve and config; verb is the caller's too.
_kabar_settings() {
    case $before in
    --db | --assets | --tls-cert | --tls-key | --config)
        _kabar_files
        ;;
    --fetch | --pictures)
        _kabar_words 'on off' "$word"
        ;;
    --metrics)
        _kabar_words 'off local all' "$word"
        ;;
    --log)
        _kabar_words 'error info debug' "$word"
        ;;
    *)
        [[ $word == -* ]] && _kabar_words "--db --listen --base --url --threads --assets --trust --login-header
            --tls-cert --tls-key --fetch --fetches --contact --allow-private
            --session-days --metrics --pictures --log --config
            --help$([[ $verb == config ]] && echo ' --json')" "$word"
        ;;
    esac
}

_kabar() {
    local word=${COMP_WORDS[COMP_CWORD]} before=
    ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}
    # Bash cuts words at "=": --format=te comes as --format, =, te.
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = && $COMP_CWORD -gt 1 ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi

    local verb=${COMP_WORDS[1]-}
    local verbs='read feed fetch group related init add import move-in feeds rules stories show
        search sources why star mark tag join split move export retain check backup vacuum user pass serve config mcp help'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        _kabar_words "$verbs --help --version" "$word"
        return
    fi
    case $verb in
    help)
        ((COMP_CWORD == 2)) && _kabar_words "$verbs" "$word"
        return
        ;;
    read) ;;
    feed)
        _kabar_feed
        return
        ;;
    fetch)
        _kabar_fetch
        return
        ;;
    group | related)
        if [[ $word == -* && ${COMP_WORDS[1]} == group ]]; then
            _kabar_words '--reports --help' "$word"
        elif [[ $word == -* ]]; then
            _kabar_words '--most --help' "$word"
        elif [[ $before != --most && $before != -n ]]; then
            _kabar_files
        fi
        return
        ;;
    init | add | import | move-in | feeds | rules | stories | show | search | sources | why | \
        star | mark | tag | join | split | move | export | retain | check | backup | vacuum | \
        user | pass)
        _kabar_wire
        return
        ;;
    *) return ;;
    esac

    case $before in
    -f | --format)
        _kabar_words 'text markdown html json jsonld ninjs view' "$word"
        ;;
    --color)
        _kabar_words 'auto always never' "$word"
        ;;
    --content-type)
        _kabar_words 'text/html text/plain application/xhtml+xml' "$word"
        ;;
    -j | --jobs)
        _kabar_words '1 2 4 8 16' "$word"
        ;;
    --indent)
        _kabar_words '0 2 4' "$word"
        ;;
    --max-page-bytes)
        _kabar_words '16M 64M 256M 1G' "$word"
        ;;
    --assets)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        ;;
    -u | --url | --language | -w | --width | --version) ;;
    *)
        if [[ $word == -* ]]; then
            _kabar_words '--format --url --language --content-type --output
                --width --color --indent --jobs --paths-from --progress --no-progress
                --max-page-bytes --assets --db --versions --version --changes --help' "$word"
        else
            _kabar_files
        fi
        ;;
    esac
}

complete -F _kabar kabar
