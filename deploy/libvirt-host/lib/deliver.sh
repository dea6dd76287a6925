# shellcheck shell=sh disable=SC2034,SC2154
# Delivers the spool in its order, and fetches which VMs are tainted. Needs common.sh and spool.sh.

DELIVER_TIMEOUT=60
ADVICE_SECONDS=300
MOST_REJECTED=200

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
  delivered=0
  for entry in "$spool"/[0-9]*; do
    [ -f "$entry" ] || continue
    deliver_entry "$entry" || return 1
  done
  [ "$delivered" -eq 0 ] || log info "delivered $delivered reports that had waited"
}

# 1 when the entry has to wait: the others wait behind it.
deliver_entry() {
  { IFS= read -r entry_head && IFS= read -r entry_target && IFS= read -r entry_type; } <"$1" 2>/dev/null
  case "$entry_head $entry_target" in
    "$SPOOL_HEAD /v1/libvirt/"*) ;;
    *) reject "$1" 'not an entry of this spool'; return 0 ;;
  esac
  tail -n +4 "$1" >"$work/entry" || return 1
  call "$work" "$DELIVER_TIMEOUT" "$entry_target&sentAt=$(now)" "$entry_type" "$work/entry"
  case "$status" in
    2??) answered || { log warning "$server is not hopledger (HTTP status $status)"; return 1; } ;;
    400 | 409 | 413 | 414 | 415 | 422 | 431)
      if ! answered; then
        log warning "no answer of hopledger (HTTP status $status) $(said)"
        return 1
      fi
      # Refused advice, come too late: it is on record.
      [ "$(header hopledger-answer)" = refused ] || { reject "$1" "HTTP status $status: $(said)"; return 0; }
      ;;
    *)
      log warning "$(spool_files) reports wait: HTTP status $status $(said)"
      return 1
      ;;
  esac
  rm -f "$1"
  delivered=$((delivered + 1))
}

# Set aside, so that the valid ones behind it are not held up. The last $MOST_REJECTED are kept to be looked at.
reject() {
  log err "set aside in $state/rejected: ${1##*/}: $2"
  mkdir -p "$state/rejected"
  mv "$1" "$state/rejected/"
  find "$state/rejected" -type f | sort | awk -v most="$MOST_REJECTED" '{ name[NR] = $0 }
    END { for (i = 1; i <= NR - most; i++) print name[i] }' | while IFS= read -r old; do rm -f "$old"; done
}

# How many reports a full spool dropped.
tell_lost() {
  [ ! -s "$state/lost" ] || [ -s "$state/lost.telling" ] || mv "$state/lost" "$state/lost.telling"
  [ -s "$state/lost.telling" ] || return 0
  lost_count=$(wc -l <"$state/lost.telling")
  sort "$state/lost.telling" | awk 'NR == 1 { print } { last = $0 } END { print last }' >"$work/ends"
  { IFS= read -r lost_first; IFS= read -r lost_last; } <"$work/ends"
  : >"$work/entry"
  call "$work" "$report_timeout" "/v1/libvirt/gap?host=$host&source=spool&count=$((lost_count))&from=$(stamp_time "$lost_first")&to=$(stamp_time "$lost_last")&sentAt=$(now)" text/plain "$work/entry"
  case "$status" in 2??) rm -f "$state/lost.telling" ;; *) return 1 ;; esac
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
  awk 'NR == 1 { if ($1 != "hopledger-advice" || $2 != 1) exit 1; count = $3; next }
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
