# shellcheck shell=sh disable=SC2034,SC2154
# One call of libvirt's hook. Reports it; for `migrate` and `restore` prints the XML to use. Needs common.sh and spool.sh.

REFUSE=10

OTHER_HOOK=$root/etc/libvirt/hooks/qemu

# hook_main NAME OPERATION SUB EXTRA, the domain XML on standard input. Returns 0, or $REFUSE with the reason on standard error.
hook_main() {
  call_is=only
  ! [ -e "$OTHER_HOOK" ] || place_call "$@"
  if [ "$call_is" = told ]; then
    # What was printed the first time stays libvirt's XML.
    cat >/dev/null
    return 0
  fi
  answer_call "$@"
  answer_status=$?
  [ "$call_is" != first ] || note_told
  return $answer_status
}

# Where hooks/qemu calls this hook, as before libvirt 6.5 it must, a later libvirt makes each call twice: that one, and then that
# of qemu.d, with the XML that the first printed. $call_is told: the second of the two, by the same libvirt daemon. Nothing else
# is taken for one: a report that is told twice does less harm than one that is lost.
place_call() {
  place_mark=$run/told/$(printf '%s\n' "$@" | sha256sum | cut -c 1-64)
  if is_of_other_hook; then
    call_is=first
    rm -f "$place_mark"
    # The second call comes on the heels of the first, or never.
    find "$run/told" -type f -mmin +60 -exec rm -f {} +
  elif [ -e "$place_mark" ]; then
    place_caller=$(callers | head -n 1)
    [ -z "$place_caller" ] || ! grep -qxF "$place_caller" "$place_mark" || call_is=told
    rm -f "$place_mark"
    # For the doctor.
    [ "$call_is" != told ] || : >"$run/called-twice"
  fi 2>/dev/null
}

# hooks/qemu is a link to this hook or a copy of it, or a script that calls it.
is_of_other_hook() {
  case "$0" in */libvirt/hooks/qemu) return 0 ;; esac
  tr '\000' '\n' <"/proc/$PPID/cmdline" 2>/dev/null | head -n 3 | grep -q '/libvirt/hooks/qemu$'
}

# `PID START` of the processes above this one, the libvirt daemon among them, but not of the one that orphans fall to.
callers() {
  caller=$PPID
  for caller_level in 1 2 3 4; do
    [ "$caller" -gt 1 ] && caller_stat=$(sed 's/.*) //' "/proc/$caller/stat" 2>/dev/null | awk '{ print $20, $2 }') &&
      [ -n "$caller_stat" ] || return 0
    printf '%s %s\n' "$caller" "${caller_stat% *}"
    caller=${caller_stat#* }
  done
}

note_told() { { mkdir -p "$run/told" && callers >"$place_mark.$$" && mv "$place_mark.$$" "$place_mark"; } 2>/dev/null || rm -f "$place_mark.$$"; }

answer_call() {
  name=${1:-} operation=${2:-} sub=${3:-} extra=${4:-}
  at_stamp=$(stamp)
  at=${at_stamp%% *}
  if ! read_config; then
    cat >/dev/null
    log err "$config_faults; nothing is reported"
    return 0
  fi
  [ -z "$config_faults" ] || log err "$config_file: $config_faults"
  trap drop_work EXIT
  if ! make_work || ! cat >"$work/xml"; then
    cat >/dev/null
    log crit "$name $operation: no place for temporary files: the report is lost"
    spool_count_lost "$(kind)" "$at_stamp"
    xml_file=/dev/null
    unanswered
    return
  fi
  xml_file=$work/xml
  query="name=$(encode "$name")&operation=$(encode "$operation")&sub=$(encode "$sub")&extra=$(encode "$extra")&at=$at"
  case "$operation" in
    migrate | restore) ask ;;
    *) report ;;
  esac
}

# For libvirt's question: which XML?
ask() {
  call "$work" "$timeout" "$(kept_target "/v1/libvirt/hook?$query")" application/xml "$xml_file"
  answer=$(header hopledger-answer)
  # A body that is no domain must not become libvirt's.
  [ "$answer" != rewritten ] || grep -q '<domain' "$work/body" || answer=''
  case "$answer" in
    rewritten | unchanged | warned | refused | recorded) ;;
    *) unanswered; return ;;
  esac
  remember
  warn
  case "$answer" in
    rewritten) cat "$work/body" ;;
    refused)
      cat "$work/body" >&2
      log warning "$name $operation: refused: $(said)"
      return $REFUSE
      ;;
  esac
}

# What needs no answer: not before what waits already, and never for long.
report() {
  spool_is_empty || { keep "$query"; return 0; }
  call "$work" "$report_timeout" "$(kept_target "/v1/libvirt/hook?$query")" application/xml "$xml_file"
  answer=$(header hopledger-answer)
  case "$answer" in
    '') no_answer "$query" ;;
    refused)
      remember
      log warning "$name $operation: refused: $(said)"
      cat "$work/body" >&2
      return $REFUSE
      ;;
    *) remember; warn ;;
  esac
}

warn() {
  warning=$(header hopledger-warning)
  [ -z "$warning" ] || log warning "$name $operation: $warning"
}

# What the server said of the VM, for the day on which it says nothing.
remember() {
  carries=$(header hopledger-carries)
  told=${carries#* } carries=${carries%% *}
  is_uuid "$carries" || return 0
  case "$told" in tainted | clean | unknown) ;; *) return 0 ;; esac
  mkdir -p "$advice/vm" 2>/dev/null && printf '%s\n' "$told" 2>/dev/null >"$advice/vm/.$$" && mv "$advice/vm/.$$" "$advice/vm/$carries" || :
}

is_uuid() {
  case "$1" in
    *[!0-9a-f-]*) return 1 ;;
    ????????-????-????-????-????????????) ;;
    *) return 1 ;;
  esac
}

# tainted, clean, unknown, or nothing: as far as this host has heard.
last_known() {
  uuid=$(awk '{ at = index($0, "<uuid>"); if (at) { print tolower(substr($0, at + 6, 36)); exit } }' "$xml_file")
  is_uuid "$uuid" || return 0
  if [ -r "$advice/vm/$uuid" ]; then
    head -n 1 "$advice/vm/$uuid"
  elif grep -qE "^($uuid tainted|hopledger-advice .* more)\$" "$advice/list" 2>/dev/null; then
    # More than the list holds are tainted: this one may be.
    echo tainted
  fi
}

# No answer to a question: policy decides.
unanswered() {
  case "$operation" in migrate | restore) ;; *) return 0 ;; esac
  known=$(last_known) why='hopledger does not answer'
  # Which VM it is was not read: it may be a tainted one.
  [ "$xml_file" != /dev/null ] || known=tainted why='its XML could not be read'
  policy=$unreachable_clean
  [ "$known" != tainted ] || policy=$unreachable_tainted
  case "$policy" in fail-closed) outcome=refused ;; *) outcome=passed ;; esac
  [ "$xml_file" = /dev/null ] || no_answer "$query&late=$outcome"
  [ "$outcome" = refused ] || return 0
  log err "$name $operation: refused: $why, and the policy for ${known:-other} VMs is fail-closed ($config_file)"
  return $REFUSE
}

# A report that hopledger itself will not have now will not be had later either; all else waits for its time.
no_answer() {
  if useless; then
    log err "$name $operation: hopledger cannot use this report (HTTP status $status) $(said)"
    return 0
  fi
  log warning "$name $operation: no answer (HTTP status $status) $(said)"
  keep "$1"
}

# libvirt has the passwords of consoles in the XML of `migrate`; hopledger would take them out too, and is not there.
keep() {
  sed "s/passwd='[^']\{1,\}'/passwd='[redacted]'/g; s/passwd=\"[^\"]\{1,\}\"/passwd=\"[redacted]\"/g" "$xml_file" >"$work/kept" &&
    spool_put "$(kind)" "$at_stamp" "/v1/libvirt/hook?$1" application/xml "$work/kept" ||
    log crit "$name $operation: not delivered and not kept: $spool cannot be written"
}

kind() {
  case "$operation" in
    prepare | start | started | stopped | release | migrate | restore | reconnect | attach) printf %s "$operation" ;;
    *) printf other ;;
  esac
}
