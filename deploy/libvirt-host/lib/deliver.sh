# shellcheck shell=sh disable=SC2034,SC2154
# Delivers the spool in its order, and fetches which VMs are tainted. Needs common.sh and spool.sh.

DELIVER_TIMEOUT=60
ADVICE_SECONDS=60
MOST_REJECTED=200
# As often as hopledger may fail at one report before those behind it are tried.
MOST_FAILURES=10
# As many in one pass are passed over then: what cannot be taken comes in a row, all reports of one VM having its XML.
MOST_STUCK=20
# As many without an answer: each may take as long as one call does.
MOST_SILENCES=5
SILENCE_SECONDS=5
# As long another delivery is waited for.
DELIVER_WAIT_SECONDS=120
# As long what a process that is gone has left is kept: longer than any that is taken for gone and is not (drop_left_work).
LEFT_MINUTES=60

# deliver [--unless-running]: 0 when nothing waits any more, or when another one delivers and this one is to leave it that.
deliver() {
  mkdir -p "$spool" "$advice/vm" "$run" || { log err "cannot make $state"; return 1; }
  if command -v flock >/dev/null 2>&1; then
    # One at a time; two would send some entries twice, to no effect.
    exec 9>"$run/deliver.lock"
    if [ "${1:-}" = --unless-running ]; then
      flock -n 9 || return 0
    else
      wait_for_delivery || return 1
    fi
  fi
  make_work || { log err 'no place for temporary files'; return 1; }
  trap drop_work EXIT
  drop_left_work
  deliver_spool && tell_lost
  deliver_status=$?
  refresh_advice
  # A report may have come since.
  [ $deliver_status -eq 0 ] && spool_is_empty
}

# Not `flock -w`, which busybox has not.
wait_for_delivery() {
  deliver_waited=0
  until flock -n 9; do
    if [ "$deliver_waited" -ge "$DELIVER_WAIT_SECONDS" ]; then
      log err "another delivery still runs after $deliver_waited s; $(($(spool_files))) reports wait"
      return 1
    fi
    deliver_waited=$((deliver_waited + 1))
    sleep 1
  done
}

# Of processes that were killed: domain XML among it. A process that a security module hides, as it may a hook, counts as gone;
# but none of those takes that long.
drop_left_work() {
  for left in "$run"/work.*; do
    left_owner=${left##*/work.}
    left_owner=${left_owner%%.*}
    is_number "$left_owner" && ! kill -0 "$left_owner" 2>/dev/null && ! [ -d "/proc/$left_owner" ] || continue
    [ -z "$(find "$left" -prune -type d -mmin +$LEFT_MINUTES 2>/dev/null)" ] || rm -rf "$left"
  done
}

deliver_spool() {
  delivered=0 stuck='' stuck_count=0 silences=0
  # Again until a pass finds nothing: what comes meanwhile is kept behind what waits.
  while spool_waits; do
    for entry in "$spool"/[0-9]*; do
      [ -f "$entry" ] && ! is_stuck "$entry" || continue
      deliver_entry "$entry" || return 1
      is_stuck "$offered" || ! [ -e "$offered" ] || { log err "$offered cannot be taken away"; return 1; }
    done
  done
  [ "$delivered" -eq 0 ] || log info "delivered $delivered reports that had waited"
  [ -z "$stuck" ] || return 1
  rm -f "$state/waiting"
}

spool_waits() {
  for entry in "$spool"/[0-9]*; do
    [ -f "$entry" ] && ! is_stuck "$entry" && return 0
  done
  return 1
}

is_stuck() { case "$stuck" in *" ${1##*/} "*) ;; *) return 1 ;; esac }

# 1 when the entry has to wait: the others wait behind it.
deliver_entry() {
  close_entry "$1" || return 0
  offer "$offered"
  case "$outcome" in
    taken)
      take_away "$offered"
      try_stuck_again
      ;;
    unusable) reject "$offered" "$outcome_why" ;;
    fails | silent)
      waits "$offered" "$outcome_why"
      pass_over "$offered"
      ;;
    *)
      waits "$offered" "$outcome_why"
      return 1
      ;;
  esac
}

# $offered: the entry, under a name by which no event lines are added to it (spool_join): such would go with it unsent.
close_entry() {
  offered=$1
  case "$1" in *.events) ;; *) return 0 ;; esac
  mv "$1" "$1-offered" 2>/dev/null || return 1
  offered=$1-offered
}

# $outcome: taken; unusable; fails, maybe at this one alone; silent, which a server that is away is too; away.
offer() {
  outcome=away outcome_why='it cannot be read'
  { IFS= read -r entry_head && IFS= read -r entry_target && IFS= read -r entry_type; } <"$1" 2>/dev/null
  case "$entry_head $entry_target" in
    "$SPOOL_HEAD "*" /v1/libvirt/"*) ;;
    *) outcome=unusable outcome_why='not an entry of this spool'; return ;;
  esac
  status=000
  tail -n +4 "$1" >"$work/entry" || return
  call "$work" "$DELIVER_TIMEOUT" "$(kept_target "$entry_target" "$(sent_time "${entry_head#"$SPOOL_HEAD "}")")" "$entry_type" "$work/entry"
  if answered; then offer_answered; else offer_unanswered; fi
}

offer_answered() {
  case "$status $(header hopledger-answer)" in
    2??' '* | '409 refused') outcome=taken ;; # refused advice, come too late: it is on record
    '500 '*) outcome=fails outcome_why='hopledger fails at this one' ;;
    *)
      outcome_why="$(spool_files) reports wait"
      ! useless || outcome=unusable outcome_why="HTTP status $status: $(said)"
      ;;
  esac
}

offer_unanswered() {
  outcome_why='no answer of hopledger'
  case "$status" in
    413) outcome=fails outcome_why='a proxy takes no report as large as this one' ;;
    000 | 502 | 504) outcome=silent ;;
  esac
}

take_away() {
  rm -f "$1"
  delivered=$((delivered + 1))
}

# Whether hopledger fails at this one or at every one, the next shows. 1 when the next is not to be tried.
pass_over() {
  [ -n "$stuck" ] || [ "$waits_tries" -ge "$MOST_FAILURES" ] || return 1
  if [ "$outcome" = silent ]; then
    silences=$((silences + 1))
    [ "$silences" -le "$MOST_SILENCES" ] || return 1
    # A server that died of it is to be there again for the next.
    sleep "$SILENCE_SECONDS"
  fi
  stuck_count=$((stuck_count + 1))
  [ "$stuck_count" -le "$MOST_STUCK" ] || return 1
  stuck="$stuck ${1##*/} "
}

# Those that were passed over, now that one behind them was taken: hopledger may only just have come back. 1 when it is away.
try_stuck_again() {
  stuck_again=$stuck stuck='' stuck_count=0 silences=0 stuck_first=yes
  for stuck_name in $stuck_again; do
    # A full spool may have dropped it meanwhile.
    [ -f "$spool/$stuck_name" ] || continue
    offer "$spool/$stuck_name"
    case "$outcome" in
      taken)
        take_away "$spool/$stuck_name"
        # Then it had failed at all of them: each has its turn as any other.
        [ -z "$stuck_first" ] || return 0
        ;;
      unusable) reject "$spool/$stuck_name" "$outcome_why" ;;
      fails) reject "$spool/$stuck_name" "failed again and again, at last with HTTP status $status, while others are taken" ;;
      silent)
        # The first alone was tried often enough to tell it from a server that went away just now.
        [ -z "$stuck_first" ] || reject "$spool/$stuck_name" "had no answer $MOST_FAILURES times or more, while others are taken"
        return 1
        ;;
      *) return 1 ;;
    esac
    stuck_first=''
  done
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
  tr ' ' '\n' <"$work/lost" | grep -E '^[0-9]{8}T[0-9]{6}([0-9]{3})?-' | sort | awk 'NR == 1 { print } { last = $0 } END { print last }' >"$work/ends"
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
