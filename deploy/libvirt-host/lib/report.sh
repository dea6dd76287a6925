# shellcheck shell=sh disable=SC2034,SC2154
# Reports that are not the hook's: sent at once, or kept. Needs common.sh and spool.sh, and $work.

SEND_TIMEOUT=60

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
  spool_put "$1" "$2" "$3" "$4" "$5" || { log crit "$1: not delivered and not kept: $spool cannot be written"; return 1; }
}
