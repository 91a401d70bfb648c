# shellcheck shell=bash
# Shared by the start/stop scripts beside it; sourced, not run.
# State (installed packages, databases, logs, process ids) goes under $LIVE_DIR, never beside the scripts.

LIVE_DIR=${LIVE_DIR:-${TMPDIR:-/tmp}/handoff-live}
mkdir -p "$LIVE_DIR"
LIVE_DIR=$(cd "$LIVE_DIR" && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
skip() { say "skipped: $*"; exit 77; }   # what is needed cannot be had here: no fault of what is tested

# --- processes -------------------------------------------------------------
# A pid file holds "pid starttime": the start time tells a reused pid from ours.
_starttime() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

save_pid() { printf '%s %s\n' "$2" "$(_starttime "$2")" > "$1"; }   # FILE PID

is_running() {   # FILE
    [ -s "$1" ] || return 1
    local pid st
    read -r pid st < "$1"
    [ -n "$st" ] && [ "$(_starttime "$pid")" = "$st" ]
}

stop_pid() {   # FILE [seconds]: TERM, then KILL, the process and the group it leads
    local f=$1 limit=${2:-20} pid st i
    if ! is_running "$f"; then rm -f "$f"; return 0; fi
    read -r pid st < "$f"
    kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
    for ((i = 0; i < limit * 10; i++)); do
        is_running "$f" || { rm -f "$f"; return 0; }
        sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
    rm -f "$f"
}

spawn() {   # PIDFILE LOGFILE COMMAND...: own session and process group, detached from this shell
    local pf=$1 log=$2; shift 2
    setsid "$@" < /dev/null >> "$log" 2>&1 &
    save_pid "$pf" $!
}

wait_until() {   # SECONDS PIDFILE LOGFILE COMMAND...: poll until COMMAND succeeds or the process dies
    local limit=$1 pf=$2 log=$3 i; shift 3
    for ((i = 0; i < limit * 5; i++)); do
        "$@" > /dev/null 2>&1 && return 0
        is_running "$pf" || { tail -n 30 "$log" >&2; die "server exited while starting (see $log)"; }
        sleep 0.2
    done
    tail -n 30 "$log" >&2
    stop_pid "$pf"
    die "not ready after ${limit}s (see $log)"
}

port_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

rss_mib() { awk '/^VmRSS/ {printf "%d", $2 / 1024}' "/proc/$1/status" 2>/dev/null; }

# --- installing ------------------------------------------------------------
apt_need() {   # PACKAGE...: install those that are missing
    local missing=() p
    for p in "$@"; do
        dpkg-query -W -f='${Status}' "${p%%=*}" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "installing ${missing[*]}"
    command -v apt-get > /dev/null || skip "there is no apt-get to install ${missing[*]}"
    [ "$(id -u)" = 0 ] || skip "not installed, and only root can: ${missing[*]}"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
        > "$LIVE_DIR/apt.log" 2>&1 || { tail -n 20 "$LIVE_DIR/apt.log" >&2; skip "apt-get could not install ${missing[*]}"; }
}

npm_need() {   # SOURCEDIR APPDIR: copy package.json and lock file, install unless done for this lock file already
    local src=$1 app=$2
    command -v npm > /dev/null || skip "there is no npm"
    mkdir -p "$app"
    if ! cmp -s "$src/package-lock.json" "$app/.installed-lock"; then
        cp "$src/package.json" "$src/package-lock.json" "$app/"
        say "npm install in $app (log: $app/npm.log)"
        # Not npm ci: npm 11 leaves other platforms' optional packages out of a lock file and then refuses that file.
        (cd "$app" && npm install --no-audit --no-fund > npm.log 2>&1) || { tail -n 20 "$app/npm.log" >&2; skip "npm could not install the packages: $app/npm.log"; }
        cp "$src/package-lock.json" "$app/.installed-lock"
    fi
}

# --- a private PostgreSQL cluster, shared by the systems that need one -------
PG_PORT=${LIVE_PG_PORT:-55432}
PG_BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

_pg_dir() {   # the server refuses to run as root, and user postgres may not reach into $LIVE_DIR
    PG_DIR=${LIVE_PG_DIR:-$LIVE_DIR/pg}
    if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$(dirname "$PG_DIR")"; then
        PG_DIR=${TMPDIR:-/tmp}/handoff-live-pg-$(printf %s "$LIVE_DIR" | cksum | cut -d' ' -f1)
    fi
}

_as_pg() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

pg_start() {   # afterwards: superuser "live" without a password on 127.0.0.1:$PG_PORT
    [ -n "$PG_BIN" ] || { apt_need postgresql; PG_BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1); }
    _pg_dir
    if [ ! -s "$PG_DIR/data/PG_VERSION" ]; then
        mkdir -p "$PG_DIR"
        [ "$(id -u)" = 0 ] && chown postgres: "$PG_DIR"
        (cd / && _as_pg "$PG_BIN/initdb" -D "$PG_DIR/data" -U live -A trust -E UTF8 --locale=C.UTF-8 > "$PG_DIR/initdb.log" 2>&1) \
            || { cat "$PG_DIR/initdb.log" >&2; die "initdb failed"; }
    fi
    (cd / && _as_pg "$PG_BIN/pg_ctl" -D "$PG_DIR/data" status > /dev/null 2>&1) && return 0
    port_free "$PG_PORT" || die "port $PG_PORT is taken (set LIVE_PG_PORT)"
    (cd / && _as_pg "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -w -t 60 -l "$PG_DIR/log" \
        -o "-p $PG_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PG_DIR -c fsync=off -c jit=off -c max_connections=200" start > /dev/null) \
        || { tail -n 20 "$PG_DIR/log" >&2; die "PostgreSQL did not start"; }
}

pg_stop() {   # by the pid that the cluster saved in its own postmaster.pid
    _pg_dir
    [ -n "$PG_BIN" ] && [ -s "$PG_DIR/data/postmaster.pid" ] || return 0
    (cd / && _as_pg "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m fast -w stop > /dev/null) || true
}

pg_sql() { "$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U live "$@"; }

pg_createdb() {   # NAME: true if it was made now
    [ "$(pg_sql -d postgres -c "select 1 from pg_database where datname = '$1'")" = 1 ] && return 1
    pg_sql -d postgres -c "create database \"$1\""
}

pg_release() {   # NAME [--wipe]: drop the database if told; stop the cluster unless another database is being used
    [ -n "$PG_BIN" ] || return 0
    _pg_dir
    [ -s "$PG_DIR/data/PG_VERSION" ] || return 0
    if [ "${2:-}" = --wipe ]; then
        pg_start
        pg_sql -d postgres -c "drop database if exists \"$1\" with (force)"
    fi
    [ -s "$PG_DIR/data/postmaster.pid" ] || return 0
    local busy
    busy=$(pg_sql -d postgres -c "select count(*) from pg_stat_activity where datname not in ('postgres', '$1')") || busy=0
    [ "$busy" != 0 ] || pg_stop
}
