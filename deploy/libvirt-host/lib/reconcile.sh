# shellcheck shell=sh disable=SC2034,SC2154
# What libvirt knows now, and what its logs have said since they were last read. Needs common.sh, spool.sh, report.sh.
# Told again, it changes nothing.

LOG_PIECE_BYTES=2000000
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
  logs_pending=''
  while IFS= read -r log_file; do
    # The others would wait as long for a server that is away.
    report_log "$log_file" || { logs_pending=yes; return; }
  done <"$work/logs"
  forget_logs
}

# How far logs were read that are no more.
forget_logs() {
  [ -s "$work/logs" ] || return 0
  while IFS= read -r log_file; do stat -c %i "$log_file"; done <"$work/logs" 2>/dev/null >"$work/inodes"
  for log_seen in "$state"/logs/[0-9]*; do
    [ ! -e "$log_seen" ] || grep -qx "${log_seen##*/}" "$work/inodes" || rm -f "$log_seen"
  done
}

# What a log says since its last start that was sent: a piece must begin with a start to say of which VM it is. Not spooled,
# since it lies on the disk already. 1 when it is to be tried again.
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
  [ "$log_size" -gt 0 ] || return 0
  # The same inode may be another file by now (copytruncate, or a new file in its place).
  log_mark=$(head -c 200 "$log_source" | cksum | tr ' ' '-')
  log_offset=0 log_sent=0
  if [ -r "$log_seen" ]; then
    { IFS=' ' read -r seen_mark seen_offset seen_sent; } <"$log_seen"
    [ "$seen_mark" != "$log_mark" ] || [ "$seen_sent" -gt "$log_size" ] || { log_offset=$seen_offset log_sent=$seen_sent; }
  fi
  [ "$log_sent" -lt "$log_size" ] || return 0
  rm -f "$work"/piece.*
  tail -c +$((log_offset + 1)) "$log_source" | head -c $((log_size - log_offset)) | cut_log >"$work/last"
  for piece in "$work"/piece.*; do
    [ -s "$piece" ] || continue
    call "$work" "$SEND_TIMEOUT" "/v1/libvirt/logs?host=$host&file=$(encode "$(printf '%s' "${1##*/}" | tail -c 200)")&sentAt=$(now)" text/plain "$piece"
    case "$status" in 2??) if answered; then continue; fi ;; esac
    if useless; then
      log err "hopledger cannot use a piece of $1 (HTTP status $status) $(said)"
      continue
    fi
    log warning "$1: not delivered yet (HTTP status $status) $(said)"
    return 1
  done
  IFS= read -r log_last <"$work/last" || log_last=0
  printf '%s %s %s\n' "$log_mark" $((log_offset + log_last)) "$log_size" >"$log_seen.new" && mv "$log_seen.new" "$log_seen"
}

# Cuts at starts into pieces of some size, leaves out what a chatty process wrote beyond a bound, and prints the offset of the
# last start.
cut_log() {
  awk -v most="$LOG_PIECE_BYTES" -v piece="$work/piece." '
    BEGIN { number = 1000; offset = 0; last = 0; size = 0; chatter = 0 }
    { starts = $0 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9:.]+[+-][0-9]+: starting up/
      if (starts) { last = offset; chatter = 0; if (size > most) { close(piece number); number++; size = 0 } }
      offset += length($0) + 1
      chatter += length($0) + 1
      if (chatter > most && $0 !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T].*: (shutting down|initiating migration)/) next
      print > (piece number)
      size += length($0) + 1 }
    END { print last }'
}
