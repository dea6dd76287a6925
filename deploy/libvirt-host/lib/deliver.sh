# shellcheck shell=sh disable=SC2034,SC2154
# Delivers the spool in its order, and fetches which VMs are tainted. Needs common.sh and spool.sh.

DELIVER_TIMEOUT=60
ADVICE_SECONDS=60
MOST_REJECTED=200
# As often as hopledger may fail at one report before those behind it are tried.
MOST_FAILURES=10

# 0 when nothing waits any more.
deliver() {
  mkdir -p "$spool" "$advice/vm" "$run" || { log err "cannot make $state"; return 1; }
  if command -v flock >/dev/null 2>&1; then
    # One at a time; two would send some entries twice, to no effect.
    exec 9>"$run/deliver.lock"
    flock -n 9 || return 0
  fi
  make_work || { log err 'no place for temporary files'; return 1; }
  trap drop_work EXIT
  deliver_spool && tell_lost
  deliver_status=$?
  refresh_advice
  return $deliver_status
}

deliver_spool() {
  delivered=0 stuck=''
  # Again until a pass finds nothing: what comes meanwhile is kept behind what waits.
  while spool_waits; do
    for entry in "$spool"/[0-9]*; do
      [ -f "$entry" ] && [ "$entry" != "$stuck" ] || continue
      deliver_entry "$entry" || return 1
      [ "$entry" = "$stuck" ] || ! [ -e "$entry" ] || { log err "$entry cannot be taken away"; return 1; }
    done
  done
  [ "$delivered" -eq 0 ] || log info "delivered $delivered reports that had waited"
  [ -z "$stuck" ] || return 1
  rm -f "$state/waiting"
}

spool_waits() {
  for entry in "$spool"/[0-9]*; do
    [ -f "$entry" ] && [ "$entry" != "$stuck" ] && return 0
  done
  return 1
}

# 1 when the entry has to wait: the others wait behind it.
deliver_entry() {
  { IFS= read -r entry_head && IFS= read -r entry_target && IFS= read -r entry_type; } <"$1" 2>/dev/null
  case "$entry_head $entry_target" in
    "$SPOOL_HEAD "*" /v1/libvirt/"*) ;;
    *) reject "$1" 'not an entry of this spool'; return 0 ;;
  esac
  tail -n +4 "$1" >"$work/entry" || return 1
  call "$work" "$DELIVER_TIMEOUT" "$(kept_target "$entry_target" "$(sent_time "${entry_head#"$SPOOL_HEAD "}")")" "$entry_type" "$work/entry"
  answered || { waits "$1" 'no answer of hopledger'; return 1; }
  case "$status $(header hopledger-answer)" in
    2??' '* | '409 refused') ;; # refused advice, come too late: it is on record
    '500 '*)
      waits "$1" 'hopledger fails at this one'
      # Whether at this one or at every one, the next shows.
      [ -z "$stuck" ] && [ "$waits_tries" -ge "$MOST_FAILURES" ] || return 1
      stuck=$1
      return 0
      ;;
    *)
      useless || { waits "$1" "$(spool_files) reports wait"; return 1; }
      reject "$1" "HTTP status $status: $(said)"
      return 0
      ;;
  esac
  rm -f "$1"
  delivered=$((delivered + 1))
  [ -z "$stuck" ] || { reject "$stuck" "hopledger failed at it $MOST_FAILURES times or more, and takes others"; stuck=''; }
}

# waits ENTRY WHY: logs it, and notes what holds up the spool, for the doctor: its head, how often it was tried, the status.
waits() {
  log warning "$2: HTTP status $status $(said)"
  [ -z "$stuck" ] || return 0
  waits_tries=0
  if { IFS=' ' read -r waits_entry waits_seen waits_rest; } 2>/dev/null <"$state/waiting" && [ "$waits_entry" = "${1##*/}" ] && is_number "$waits_seen"; then
    waits_tries=$waits_seen
  fi
  waits_tries=$((waits_tries + 1))
  { printf '%s %s HTTP status %s %s\n' "${1##*/}" "$waits_tries" "$status" "$(said)" >"$state/waiting.new" && mv "$state/waiting.new" "$state/waiting"; } 2>/dev/null || :
}

# Set aside, so that the valid ones behind it are not held up. The last $MOST_REJECTED are kept to be looked at.
reject() {
  log err "set aside in $state/rejected: ${1##*/}: $2"
  mkdir -p "$state/rejected"
  mv "$1" "$state/rejected/"
  find "$state/rejected" -type f | sort | awk -v most="$MOST_REJECTED" '{ name[NR] = $0 }
    END { for (i = 1; i <= NR - most; i++) print name[i] }' | while IFS= read -r old; do rm -f "$old"; done
}

# How many reports a full spool or disk lost. A line that a full disk cut off counts, and tells no time.
tell_lost() {
  for lost_in in "$state" "$run"; do
    [ ! -f "$lost_in/lost" ] || [ -s "$lost_in/lost.telling" ] || mv "$lost_in/lost" "$lost_in/lost.telling"
  done
  cat "$state/lost.telling" "$run/lost.telling" 2>/dev/null >"$work/lost"
  [ -s "$work/lost" ] || return 0
  lost_count=$(wc -l <"$work/lost")
  lost_at=$(now)
  lost_first=$lost_at lost_last=$lost_at
  grep -E '^[0-9]{8}T[0-9]{6}([0-9]{3})?-' "$work/lost" | sort | awk 'NR == 1 { print } { last = $0 } END { print last }' >"$work/ends"
  { IFS= read -r lost_line && [ -n "$lost_line" ] && lost_first=$(stamp_time "$lost_line") &&
    IFS= read -r lost_line && lost_last=$(stamp_time "$lost_line"); } <"$work/ends"
  : >"$work/entry"
  call "$work" "$report_timeout" "$(kept_target "/v1/libvirt/gap?source=spool&count=$((lost_count > 0 ? lost_count : 1))&from=$lost_first&to=$lost_last")" text/plain "$work/entry"
  case "$status" in
    2??) answered || return 1 ;;
    *)
      useless || return 1
      log err "hopledger cannot use how much was lost: $lost_count reports from $lost_first to $lost_last (HTTP status $status) $(said)"
      ;;
  esac
  rm -f "$state/lost.telling" "$run/lost.telling"
}

# 20261121T031021127-... -> 2026-11-21T03:10:21.127Z
stamp_time() {
  printf '%s' "${1%%-*}" | sed 's/^\(....\)\(..\)\(..\)T\(..\)\(..\)\(..\)\(...\)*$/\1-\2-\3T\4:\5:\6.\7Z/; s/\.Z$/Z/'
}

# Which VMs are tainted, for the policy of the hook when hopledger does not answer. Whole or not at all.
refresh_advice() {
  advice_due || return 0
  : >"$advice/.asked"
  call "$work" "$report_timeout" "/v1/libvirt/advice?host=$host"
  [ "$status" = 200 ] || { log warning "which VMs are tainted is not known anew: HTTP status $status $(said)"; return 0; }
  awk 'NR == 1 { if ($1 != "hopledger-advice" || $2 != 1 || (NF > 3 && $4 != "more")) exit 1; count = $3; next }
    !/^[0-9a-f-]+ tainted$/ { exit 1 } { seen++ } END { if (NR == 0 || seen + 0 != count + 0) exit 1 }' "$work/body" || {
    log warning "what $server says of tainted VMs cannot be read"
    return 0
  }
  cp "$work/body" "$advice/.list" && mv "$advice/.list" "$advice/list" || return 0
  # The list is newer than what was heard of single VMs before it was asked for.
  find "$advice/vm" -type f ! -newer "$advice/.asked" -exec rm -f {} +
  seconds_now >"$advice/.fetched"
}

advice_due() {
  IFS= read -r advice_at 2>/dev/null <"$advice/.fetched" || return 0
  is_number_of_seconds "$advice_at" || return 0
  advice_age=$(($(seconds_now) - advice_at))
  [ "$advice_age" -ge "$ADVICE_SECONDS" ] || [ "$advice_age" -lt 0 ]
}

is_number_of_seconds() { case "$1" in '' | *[!0-9]* | ????????????*) return 1 ;; esac }
