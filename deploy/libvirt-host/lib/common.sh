# shellcheck shell=sh disable=SC2034,SC2154
# What the hook and hopledger-host share: settings, time, log, one HTTP call. To be sourced. POSIX sh, and of programs only
# coreutils, sed, awk, curl and logger: /usr/bin is all that AppArmor's profile of libvirt lets a hook execute.

KIT_VERSION=1.0.0
# Several times the XML of any domain.
WORK_BYTES=1048576
LC_ALL=C
export LC_ALL
umask 077

root=${HOPLEDGER_HOST_ROOT:-}
config_file=$root/etc/hopledger/host.conf
token_file=$root/etc/hopledger/token
state=$root/var/lib/hopledger-host
spool=$state/spool
advice=$state/advice
run=$root/run/hopledger-host

# log PRIORITY TEXT: to standard error and to the system log.
log() {
  log_text=$(printf '%s' "$2" | tr '\n' ' ' | tr -d '\000-\037\177' | cut -c 1-900)
  printf 'hopledger: %s\n' "$log_text" >&2
  # A system log that hangs must not hold up a hook.
  timeout -k 1 1 logger -p "daemon.$1" -t hopledger -- "$log_text" 2>/dev/null || :
}

# ISO 8601, UTC; without milliseconds where date has none.
now() {
  now_text=$(date -u +%Y-%m-%dT%H:%M:%S.%3N)
  case "$now_text" in *[!0-9T:.-]*) now_text=${now_text%.*} ;; esac
  printf '%sZ' "$now_text"
}

# `TIME BOOT UPTIME`: now, by the clock and by what no setting of the clock changes. A host may come up with a clock of 1970.
stamp() {
  stamp_boot='-' stamp_uptime='-'
  { IFS= read -r stamp_boot </proc/sys/kernel/random/boot_id && IFS=' ' read -r stamp_uptime stamp_idle </proc/uptime; } 2>/dev/null
  printf '%s %s %s' "$(now)" "$stamp_boot" "$stamp_uptime"
}

# sent_time STAMP: now, as the clock would have it that said the stamp's time then. So the server measures how far off it was
# then, whatever it was set to since. After another boot that is not known any more.
sent_time() {
  sent_stamp=$(stamp)
  sent_boot=${1#* } sent_from=''
  case "$sent_stamp" in
    *" ${sent_boot% *} "*) sent_from=$(date -u -d "${1%% *}" +%s.%N 2>/dev/null) || sent_from='' ;;
  esac
  sent_at=$(printf '%s %s %s\n' "$sent_from" "${1##* }" "${sent_stamp##* }" | awk 'NF == 3 && $2 ~ /^[0-9.]+$/ { printf "%.3f", $1 + $3 - $2 }')
  [ -z "$sent_at" ] || sent_at=$(date -u -d "@$sent_at" +%Y-%m-%dT%H:%M:%S.%3NZ 2>/dev/null) || sent_at=''
  printf %s "${sent_at:-${sent_stamp%% *}}"
}

seconds_now() { date +%s; }

# For a query.
encode() {
  case "$1" in
    '' | *[!A-Za-z0-9._-]*) printf %s "$1" | od -An -tx1 -v | tr -d ' \n' | sed 's/../%&/g' ;;
    *) printf %s "$1" ;;
  esac
}

is_number() { case "$1" in '' | *[!0-9]* | ??????????*) return 1 ;; esac }

trim() {
  trimmed=${1#"${1%%[![:space:]]*}"}
  trimmed=${trimmed%"${trimmed##*[![:space:]]}"}
}

# Reads the settings. What is wrong with them is in $config_faults; 1: there is no file to read.
read_config() {
  server='' host='' ca_file='' client_cert='' client_key=''
  unreachable_clean=fail-open unreachable_tainted=fail-closed
  timeout=10 report_timeout=3 connect_timeout=3
  spool_max_files=20000 spool_max_mib=256
  connect=qemu:///system log_directory=/var/log/libvirt/qemu follow_interval=2 emulators=''
  config_faults=''
  [ -f "$config_file" ] && [ -r "$config_file" ] || { config_faults="$config_file cannot be read"; return 1; }
  while IFS= read -r config_line || [ -n "$config_line" ]; do
    trim "$config_line"
    case "$trimmed" in '' | '#'*) continue ;; *=*) ;; *) config_fault "no NAME=VALUE: $trimmed"; continue ;; esac
    config_line=$trimmed
    trim "${config_line%%=*}"
    config_name=$trimmed
    trim "${config_line#*=}"
    set_config "$config_name" "$trimmed"
  done <"$config_file"
  [ -n "$host" ] || host=$(uname -n)
  server=${server%/}
  check_config
}

config_fault() { config_faults="${config_faults:+$config_faults; }$1"; }

set_config() {
  case "$1" in
    server) server=$2 ;;
    host) host=$2 ;;
    ca_file) ca_file=$2 ;;
    client_cert) client_cert=$2 ;;
    client_key) client_key=$2 ;;
    connect) connect=$2 ;;
    log_directory) log_directory=$2 ;;
    emulators) emulators=$2 ;;
    unreachable_clean | unreachable_tainted)
      case "$2" in fail-open | fail-closed) ;; *) config_fault "$1 must be fail-open or fail-closed"; return 0 ;; esac
      case "$1" in *_clean) unreachable_clean=$2 ;; *) unreachable_tainted=$2 ;; esac
      ;;
    timeout | report_timeout | connect_timeout | spool_max_files | spool_max_mib | follow_interval)
      is_number "$2" && [ "$2" -gt 0 ] || { config_fault "$1 must be a whole number above 0"; return 0; }
      set_number "$1" "$2"
      ;;
    *) config_fault "no setting $1" ;;
  esac
}

set_number() {
  case "$1" in
    timeout) timeout=$2 ;;
    report_timeout) report_timeout=$2 ;;
    connect_timeout) connect_timeout=$2 ;;
    spool_max_files) spool_max_files=$2 ;;
    spool_max_mib) spool_max_mib=$2 ;;
    follow_interval) follow_interval=$2 ;;
  esac
}

check_config() {
  case "$server" in
    '') config_fault 'server is not set' ;;
    *[!A-Za-z0-9:/._~%\[\]-]*) config_fault 'server holds what no URL of a server does' ;;
    http://?* | https://?*) ;;
    *) config_fault 'server must begin with http:// or https://' ;;
  esac
  host_is_usable || config_fault 'host must be letters, digits, dots, dashes'
}

# Settings for curl on its standard input: nothing secret is on a command line, where every user sees it.
curl_settings() {
  token=''
  [ -r "$token_file" ] && IFS= read -r token <"$token_file"
  case "$token" in
    '') ;;
    *[!A-Za-z0-9_.~+/=-]*) ;;
    *) printf 'header = "authorization: Bearer %s"\n' "$token" ;;
  esac
  for pair in "cacert=$ca_file" "cert=$client_cert" "key=$client_key"; do
    case "${pair#*=}" in '' | *[\"\\]*) ;; *) printf '%s = "%s"\n' "${pair%%=*}" "${pair#*=}" ;; esac
  done
}

host_is_usable() { case "$host" in '' | *[!A-Za-z0-9._-]* | [._-]*) return 1 ;; esac }

# kept_target TARGET [TIME]: what was kept without the host, as it is sent now, TIME being the time of now. Under a name that
# was wrong then it would never be taken.
kept_target() {
  kept_query=${1#*\?}
  printf '%s?host=%s%s&sentAt=%s' "${1%%\?*}" "$host" "${kept_query:+&$kept_query}" "${2:-$(now)}"
}

# call DIRECTORY TIMEOUT TARGET [CONTENT_TYPE BODY_FILE]: $status is the HTTP status, 000 without a whole answer; the answer
# is in DIRECTORY/head and DIRECTORY/body. A body makes it a POST.
call() {
  call_directory=$1 call_timeout=$2 call_target=$3 call_type=${4:-}
  : >"$call_directory/head"
  : >"$call_directory/body"
  host_is_usable || { status=000; return; }
  if [ -n "$call_type" ]; then
    set -- -H "content-type: $call_type" --data-binary "@$5"
  else
    set --
  fi
  # The hook ignores signals: what waits for a server must not.
  status=$(trap - HUP INT TERM; curl_settings | curl -q -s -m "$call_timeout" --connect-timeout "$connect_timeout" -K - -H 'expect:' \
    -A "hopledger-host/$KIT_VERSION" -o "$call_directory/body" -D "$call_directory/head" -w '%{http_code}' "$@" \
    "$server$call_target" 2>/dev/null) || status=000
  case "$status" in
    [1-9][0-9][0-9]) ;;
    *)
      status=000
      : >"$call_directory/head"
      : >"$call_directory/body" # half an answer is none
      ;;
  esac
}

# The value of a header of the last call, in any spelling of its name.
header() {
  awk -v name="$1:" '{ at = index($0, ":") }
    tolower(substr($0, 1, at)) == name { value = substr($0, at + 1); gsub(/^[ \t]+|[ \t\r]+$/, "", value) }
    END { print value }' "$call_directory/head"
}

# What a refusal says, fit for a log.
said() { head -c 2000 "$call_directory/body" | tr '\n\t' '  ' | tr -cd '[:print:]' | sed 's/<.*//' | cut -c 1-300; }

# True when the last call was answered by hopledger itself, not by a proxy before it or by something else.
answered() { [ -n "$(header hopledger-request)" ]; }

# True when hopledger itself will not have this report, now or later. Of a route that it lacks, the address may be wrong.
useless() {
  answered || return 1
  case "$status" in
    400 | 413 | 414 | 415 | 422 | 431) ;;
    409) ! grep -q '"code": *"WRONG_REVISION"' "$call_directory/body" ;; # two reports at once: the same again is taken
    404) grep -q '"UNKNOWN_VM"' "$call_directory/body" ;;
    *) return 1 ;;
  esac
}

# A directory of its own for the files of one call: in memory where there is room for them. Its name says whose it is
# (drop_left_work).
make_work() {
  work=''
  mkdir -p "$run" 2>/dev/null && work=$(mktemp -d "$run/work.$$.XXXXXX" 2>/dev/null) && has_room && return 0
  drop_work
  work=$(mktemp -d 2>/dev/null) || { work=''; return 1; }
}

# Tried before standard input is read: what was read is gone when it cannot be written.
has_room() { { head -c "$WORK_BYTES" /dev/zero >"$work/room"; } 2>/dev/null && rm -f "$work/room"; }

drop_work() { [ -z "${work:-}" ] || rm -rf "$work"; }
