#!/bin/sh
# Ends the shared test servers. Written into their folder at each start.
#   guard.sh watch POSTGRES NATS IDLE   stop the two processes once nobody used them for IDLE seconds
#   guard.sh stop                       stop them now, unless a test still uses them
#   guard.sh clear                      stop them and remove their data (the caller holds the locks)
set -u
folder=$(dirname "$0")

# Is $1 still the program $2, and not a stranger that got its number?
runs() {
    [ -n "$1" ] && [ -d "/proc/$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]
}

end() {
    tries=0
    while runs "$1" "$2"; do
        case $tries in
            0) kill -s "$3" "$1" ;;
            100) kill -s KILL "$1" ;;
            150) echo "$2 ($1) does not end" >&2; return 1 ;;
        esac
        tries=$((tries + 1))
        sleep 0.1
    done
    return 0
}

end_both() {
    end "$1" postgres INT && end "$2" nats-server TERM
}

clear_all() {
    end_both "$(head -n 1 "$folder/postgres/postmaster.pid" 2>/dev/null)" \
             "$(cat "$folder/nats/nats.pid" 2>/dev/null)" || return 1
    # The cluster may be a link to where its user can reach it.
    rm -rf "$(readlink -f "$folder/postgres")" "$folder/postgres" "$folder/nats" "$folder/servers"
}

case ${1-} in
watch)
    while sleep 10; do
        # The folder was removed under us (cargo clean), or another start replaced these servers.
        if [ ! -e "$folder/in-use" ]; then end_both "$2" "$3"; exit; fi
        runs "$2" postgres || runs "$3" nats-server || exit 0
        exec 9<"$folder/in-use" || exit 1
        idle=$(($(date +%s) - $(stat -c %Y "$folder/in-use")))
        if [ "$idle" -ge "$4" ] && flock -n -x 9; then
            end_both "$2" "$3"
            exit
        fi
        exec 9<&-
    done
    ;;
stop)
    [ -e "$folder/in-use" ] || exit 0
    exec 9<"$folder/in-use"
    flock -n -x 9 || { echo "a test still uses the servers in $folder" >&2; exit 0; }
    clear_all
    ;;
clear)
    clear_all
    ;;
*)
    echo "usage: guard.sh watch|stop|clear" >&2
    exit 2
    ;;
esac
