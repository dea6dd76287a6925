# shellcheck shell=sh disable=SC2034,SC2154
# What libvirt knows now, and what its logs have said since they were last read. Needs common.sh, spool.sh, report.sh.
# Told again, it changes nothing.

# Proxies take 1 MiB unless they are told otherwise.
LOG_PIECE_BYTES=900000
# Of one start of a VM; what else was written of it is chatter.
LOG_START_BYTES=700000
# As often as a log is tried that is failed at, or too large for a proxy, while other reports are taken.
MOST_LOG_TRIES=10
VIRSH_TIMEOUT=30

# A read-only connection: none of this may change a domain.
ask_virsh() { timeout "$VIRSH_TIMEOUT" virsh -q -r -c "$connect" "$@" 2>/dev/null; }

# 1 when libvirt did not answer.
reconcile() {
  [ -n "${work:-}" ] || { make_work || { log err 'no place for temporary files'; return 1; }; trap drop_work EXIT; }
  mkdir -p "$spool" "$state/logs"
  reconcile_stamp=$(stamp)
  # The logs first: they know more of an end than that it came.
  report_logs
  ask_virsh list --uuid >"$work/running" || { log err "virsh -c $connect does not answer"; return 1; }
  : >"$work/uuids"
  while IFS= read -r reconcile_uuid; do
    trim "$reconcile_uuid"
    [ -n "$trimmed" ] || continue
    printf '%s\n' "$trimmed" >>"$work/uuids"
    report_running "$trimmed"
  done <"$work/running"
  # An end told without its log, at a later time than the log has, would count as the end of a second process.
  [ -z "$logs_pending" ] || { log warning 'what no longer runs is told once the logs are delivered'; return 0; }
  send gone "$reconcile_stamp" "/v1/libvirt/gone?at=${reconcile_stamp%% *}" text/plain "$work/uuids"
}

report_running() {
  running_stamp=$(stamp)
  running_state=$(ask_virsh domstate --reason "$1" | head -n 1)
  # It may have ended meanwhile.
  [ -n "$running_state" ] && ask_virsh dumpxml "$1" >"$work/domain" && [ -s "$work/domain" ] || return 0
  send "$1.running" "$running_stamp" "/v1/libvirt/running?state=$(encode "$running_state")&process=$(encode "$(process_of "$work/domain")")&at=${running_stamp%% *}" \
    application/xml "$work/domain"
}

# What tells a QEMU process from every other of this host: its pid, when it began, and in which boot of the host.
process_of() {
  process_name=$(sed -n 's/^[[:space:]]*<name>\([^<]*\)<\/name>.*/\1/p' "$1" | head -n 1)
  process_id=$(sed -n "s/^<domain.* id=['\"]\([0-9]*\)['\"].*/\1/p" "$1" | head -n 1)
  process_boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
  process_pid=$(cat "$root/run/libvirt/qemu/$process_name.pid" 2>/dev/null)
  case "$process_pid" in '' | *[!0-9]*) process_pid='' ;; esac
  process_began=''
  [ -z "$process_pid" ] || process_began=$(sed 's/.*) //' "/proc/$process_pid/stat" 2>/dev/null | awk '{ print $20 }')
  printf '%s %s %s %s' "$process_boot" "$process_id" "$process_pid" "$process_began"
}

# Every log, the oldest rotation first. Compressed ones count when they were never seen.
report_logs() {
  find "$log_directory" -maxdepth 1 -type f \( -name '*.log' -o -name '*.log.[0-9]*' -o -name '*.log-[0-9]*' \) 2>/dev/null |
    LC_ALL=C awk '{ age = 0; name = $0; gz = sub(/\.gz$/, "", name)
      if (match(name, /\.log[.-][0-9]+$/)) { age = substr(name, RSTART + 5) + 0; dated = substr(name, RSTART + 4, 1) == "-"
        name = substr(name, 1, RSTART + 3); if (dated) age = 99999999999 - age }
      printf "%s\t%012d\t%s\n", name, 999999999999 - age, $0 }' |
    sort | cut -f 3- >"$work/logs"
  logs_pending='' logs_away='' logs_taken=''
  : >"$work/failing"
  while IFS= read -r log_file; do
    report_log "$log_file"
    # The others would wait as long for a server that is away.
    [ -z "$logs_away" ] || { logs_pending=yes; return; }
  done <"$work/logs"
  count_failures
  forget_logs
}

# What is known of logs that are no more.
forget_logs() {
  [ -s "$work/logs" ] || return 0
  while IFS= read -r log_file; do stat -c %i "$log_file"; done <"$work/logs" 2>/dev/null >"$work/inodes"
  for log_seen in "$state"/logs/*; do
    [ ! -e "$log_seen" ] || grep -qx "${log_seen##*[/.]}" "$work/inodes" || rm -f "$log_seen"
  done
}

# True when the server, or a proxy before it, may fail at this piece alone.
fails_at_one() {
  case "$status" in
    413) ;;
    500) answered ;;
    *) return 1 ;;
  esac
}

# For the doctor, and for how often it was tried, in logs/failing.INODE:
#   TRIES MARK OFFSET NEXT_OFFSET SIZE HTTP status ...
#   the log's path
note_failing() {
  failing_tries=0 failing_mark=''
  { read_failing; } 2>/dev/null <"$state/logs/failing.$log_inode" || failing_mark=''
  [ "$failing_mark ${failing_offset:-}" = "$log_mark $log_offset" ] || failing_tries=0
  failing_mark=$log_mark failing_offset=$log_offset failing_next=$((log_offset + log_last)) failing_size=$log_size
  failing_why=$log_why failing_file=$1
  write_failing "$log_inode"
  printf '%s\n' "$log_inode" >>"$work/failing"
}

nothing_fails() { rm -f "$state/logs/failing.$log_inode"; }

read_failing() {
  IFS=' ' read -r failing_tries failing_mark failing_offset failing_next failing_size failing_why && IFS= read -r failing_file &&
    is_number "$failing_tries"
}

write_failing() {
  printf '%s %s %s %s %s %s\n%s\n' "$failing_tries" "$failing_mark" "$failing_offset" "$failing_next" "$failing_size" \
    "$failing_why" "$failing_file" >"$state/logs/new.$1" && mv "$state/logs/new.$1" "$state/logs/failing.$1"
}

# A server that fails at everything is no reason to give a log up: a try counts when another log was taken, or nothing else waits.
count_failures() {
  [ -s "$work/failing" ] || return 0
  [ -n "$logs_taken" ] || spool_is_empty || { logs_pending=yes; return; }
  while IFS= read -r failing_inode; do
    { read_failing; } 2>/dev/null <"$state/logs/failing.$failing_inode" || { logs_pending=yes; continue; }
    failing_tries=$((failing_tries + 1))
    write_failing "$failing_inode"
    if [ "$failing_tries" -ge "$MOST_LOG_TRIES" ]; then give_up "$failing_inode"; else logs_pending=yes; fi
  done <"$work/failing"
}

# So that it does not keep back for ever what no longer runs.
give_up() {
  log err "$failing_file: given up after $failing_tries tries ($failing_why): not all of it is delivered"
  note_seen "$1" "$failing_mark" "$failing_next" "$failing_size" && mv "$state/logs/failing.$1" "$state/logs/given-up.$1"
}

# note_seen INODE MARK OFFSET SIZE: the offset of the last start, and how much was there.
note_seen() { printf '%s %s %s\n' "$2" "$3" "$4" >"$state/logs/new.$1" && mv "$state/logs/new.$1" "$state/logs/$1"; }

# What a log says since its last start that was sent: a piece must begin with a start to say of which VM it is. Not spooled,
# since it lies on the disk already. $logs_away: no other is to be tried now.
report_log() {
  log_inode=$(stat -c %i "$1" 2>/dev/null) || return 0
  log_seen=$state/logs/$log_inode
  case "$1" in
    *.gz)
      gzip -dc "$1" 2>/dev/null >"$work/log" || return 0
      log_source=$work/log
      ;;
    *) log_source=$1 ;;
  esac
  log_size=$(wc -c <"$log_source") || return 0
  log_size=$((log_size))
  [ "$log_size" -gt 0 ] || { nothing_fails; return 0; }
  # The same inode may be another file by now (copytruncate, or a new file in its place).
  log_mark=$(head -c 200 "$log_source" | cksum | tr ' ' '-')
  log_offset=0 log_sent=0
  if [ -r "$log_seen" ]; then
    { IFS=' ' read -r seen_mark seen_offset seen_sent; } <"$log_seen"
    [ "$seen_mark" != "$log_mark" ] || [ "$seen_sent" -gt "$log_size" ] || { log_offset=$seen_offset log_sent=$seen_sent; }
  fi
  [ "$log_sent" -lt "$log_size" ] || { nothing_fails; return 0; }
  rm -f "$work"/piece.*
  tail -c +$((log_offset + 1)) "$log_source" | head -c $((log_size - log_offset)) | cut_log >"$work/last"
  IFS= read -r log_last <"$work/last" || log_last=0
  log_why=''
  for piece in "$work"/piece.*; do
    [ -s "$piece" ] || continue
    send_piece "$1"
    [ -z "$logs_away" ] || break
  done
  [ -z "$log_why" ] || { note_failing "$1"; return; }
  nothing_fails
  note_seen "$log_inode" "$log_mark" $((log_offset + log_last)) "$log_size"
}

send_piece() {
  call "$work" "$SEND_TIMEOUT" "/v1/libvirt/logs?host=$host&file=$(encode "$(printf '%s' "${1##*/}" | tail -c 200)")&sentAt=$(now)" text/plain "$piece"
  case "$status" in 2??) if answered; then logs_taken=yes; return; fi ;; esac
  if useless; then
    log err "hopledger cannot use a piece of $1 (HTTP status $status) $(said)"
    return
  fi
  log_why="HTTP status $status $(said)"
  log warning "$1: not delivered yet ($log_why)"
  fails_at_one || logs_away=yes
}

# Cuts at starts into pieces of at most $LOG_PIECE_BYTES, leaves out what a chatty process wrote beyond a bound, and prints the
# offset of the last start.
cut_log() {
  awk -v most="$LOG_PIECE_BYTES" -v start_most="$LOG_START_BYTES" -v piece="$work/piece." '
    BEGIN { number = 1000; offset = 0; last = 0; size = 0; chatter = 0 }
    { starts = $0 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9:.]+[+-][0-9]+: starting up/
      if (starts) { last = offset; chatter = 0; if (size > most - start_most) { close(piece number); number++; size = 0 } }
      offset += length($0) + 1
      chatter += length($0) + 1
      # Room is kept for how it ended.
      if (size + length($0) >= most) next
      if (chatter > start_most * 0.9 && $0 !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T].*: (shutting down|initiating migration)/) next
      print > (piece number)
      size += length($0) + 1 }
    END { print last }'
}
