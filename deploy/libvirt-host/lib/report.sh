# shellcheck shell=sh disable=SC2034,SC2154
# Reports that are not the hook's: sent at once, or kept. Needs common.sh and spool.sh, and $work.

SEND_TIMEOUT=60
# Of an entry that event lines are added to: more of them would share the lot of one that cannot be taken, or is dropped.
JOIN_BYTES=100000
# As far as two readings of one clock may be apart.
JOIN_CLOCK_SECONDS=1

# send KIND STAMP TARGET CONTENT_TYPE BODY_FILE, the target without the host: 1 when it was neither delivered nor kept.
send() {
  if spool_is_empty; then
    call "$work" "$SEND_TIMEOUT" "$(kept_target "$3" "$(sent_time "$2")")" "$4" "$5"
    case "$status" in 2??) if answered; then return 0; fi ;; esac
    if useless; then
      log err "hopledger cannot use a report ($1, HTTP status $status) $(said)"
      return 0
    fi
    log warning "$1: not delivered yet (HTTP status $status) $(said)"
  fi
  [ "$1" != events ] || ! spool_join "$2" "$3" "$4" "$5" || return 0
  spool_put "$1" "$2" "$3" "$4" "$5" || { log crit "$1: not delivered and not kept: $spool cannot be written"; return 1; }
}

# spool_join STAMP TARGET CONTENT_TYPE LINES_FILE: adds lines to the entry of such lines that nothing else stands behind. 1 when
# they need an entry of their own. Should it be offered meanwhile (deliver.sh), its lines are told twice, to no effect.
spool_join() {
  spool_make_room
  join_to=$(spool_last_until "$1")
  case "$join_to" in *.events) join_to=$spool/$join_to ;; *) return 1 ;; esac
  { IFS= read -r join_head && IFS= read -r join_target && IFS= read -r join_type; } 2>/dev/null <"$join_to" &&
    [ "$join_target $join_type" = "$2 $3" ] && same_clock "${join_head#"$SPOOL_HEAD "}" "$1" &&
    join_size=$(cat "$join_to" "$4" 2>/dev/null | wc -c) && [ "$join_size" -le "$JOIN_BYTES" ] || return 1
  spool_temporary=$spool/.new-$$
  # With its old time: that is how long it waits.
  cat "$join_to" "$4" 2>/dev/null >"$spool_temporary" && touch -r "$join_to" "$spool_temporary" 2>/dev/null && spool_settle "$join_to" ||
    { rm -f "$spool_temporary"; return 1; }
}

# The last entry of those before which nothing of this time would be put.
spool_last_until() {
  spool_names | awk -v until="$(spool_name_at "$1")" '
    BEGIN { sub(/-.*/, "", until) } { at = $0; sub(/-.*/, "", at) } (at "") <= (until "") { last = $0 } END { print last }'
}

# same_clock STAMP STAMP: of one boot, with nobody having set the clock in between. How far it is off then holds for both.
same_clock() {
  clock_first=${1#* } clock_second=${2#* }
  [ "${clock_first% *}" = "${clock_second% *}" ] || return 1
  clock_from=$(date -u -d "${1%% *}" +%s.%N 2>/dev/null) && clock_to=$(date -u -d "${2%% *}" +%s.%N 2>/dev/null) || return 1
  printf '%s %s %s %s\n' "$clock_from" "${1##* }" "$clock_to" "${2##* }" | awk -v most="$JOIN_CLOCK_SECONDS" '
    { off = $3 - $1 - ($4 - $2); same = NF == 4 && $2 ~ /^[0-9.]+$/ && off <= most && off >= -most } END { exit !same }'
}
