# shellcheck shell=sh disable=SC2034,SC2154
# Follows libvirt's events until it is stopped. virsh writes them to a file, so that none is lost that it has printed: a loop
# sends what is new of the file, and keeps how far it is. Needs common.sh, settings.sh, spool.sh, report.sh, reconcile.sh.

MOST_EVENT_BYTES=16777216
MOST_BATCH_BYTES=1000000
MOST_PAUSE=30
ALIVE_SECONDS=60
# Kinds of which hopledger keeps no event (src/intake/libvirt/events-meaning.ts): some come every second.
IGNORED_KINDS="rtc-change balloon-change block-job block-job-2 migration-iteration watchdog io-error io-error-reason graphics \
control-error disk-change tray-change pm-wakeup pm-suspend pm-suspend-disk tunable agent-lifecycle metadata-change \
block-threshold memory-failure memory-device-size-change nic-mac-change device-removal-failed"

follow() {
  mkdir -p "$state/follow" "$spool" "$run" || { log err "cannot make $state"; exit 1; }
  if command -v flock >/dev/null 2>&1; then
    exec 8>"$run/follow.lock"
    flock -n 8 || { log err 'another hopledger-host follows already'; exit 1; }
  fi
  make_work || { log err 'no place for temporary files'; exit 1; }
  events=$state/follow/events
  follow_pid='' follow_ending='' follow_pause=1 logs_pending=''
  trap 'follow_ending=yes; stop_virsh' HUP INT TERM
  trap 'stop_virsh; drop_work; rm -f "$run/follow.settings"' EXIT
  first_settings
  # What the last follower had and did not send.
  send_new_lines all
  gap_from=$(cat "$state/follow/alive" 2>/dev/null) || gap_from=''
  while [ -z "$follow_ending" ]; do
    follow_once
    [ -n "$follow_ending" ] || pause_follow
  done
}

# From a connection of virsh to its end.
follow_once() {
  reread_settings || :
  note_settings
  start_events_file
  start_virsh
  wait_a_moment "$follow_interval"
  if ! virsh_runs; then
    log warning "no events of libvirt: $(head -c 300 "$work/virsh-error")"
    : "${gap_from:=$(now)}"
    return
  fi
  # Listening before asking: what happens in between is told twice, and not missed.
  if ! reconcile; then
    stop_virsh
    return
  fi
  tell_gap
  follow_pause=1
  while virsh_runs && [ -z "$follow_ending" ]; do
    heed_settings
    mark_alive
    send_new_lines settled
    [ "$(wc -c <"$events")" -lt "$MOST_EVENT_BYTES" ] || stop_virsh
    wait_a_moment "$follow_interval"
  done
  gap_from=$(now)
  stop_virsh
  send_new_lines all
  [ -n "$follow_ending" ] || log warning "libvirt's events broke off; connecting again"
}

# Another server is told what runs, as after a gap; another libvirt is connected to.
heed_settings() {
  heed_connect=$connect
  reread_settings || return 0
  note_settings
  log info "the settings changed: reports as $host to $server"
  if [ "$connect" != "$heed_connect" ] || ! reconcile; then stop_virsh; fi
}

# For the doctor.
note_settings() { printf '%s to %s\n' "$host" "$server" 2>/dev/null >"$run/follow.settings" || :; }

# Anew when all of the last one is sent; lines that could not even be spooled stay for the next try.
start_events_file() {
  lines_before=0
  if [ -s "$events" ] && IFS= read -r lines_sent <"$events.sent" && [ "$lines_sent" -lt "$(wc -c <"$events")" ] &&
    [ "$lines_sent" -lt "$MOST_EVENT_BYTES" ]; then
    return 0
  fi
  printf '0\n' >"$events.sent"
  : >"$events"
}

# In lines although it is no terminal that it writes to, where coreutils can have it so.
start_virsh() {
  if command -v stdbuf >/dev/null 2>&1; then
    stdbuf -oL virsh -r -c "$connect" event --all --loop --timestamp >>"$events" 2>"$work/virsh-error" </dev/null 8>&- &
  else
    virsh -r -c "$connect" event --all --loop --timestamp >>"$events" 2>"$work/virsh-error" </dev/null 8>&- &
  fi
  follow_pid=$!
}

virsh_runs() { [ -n "$follow_pid" ] && kill -0 "$follow_pid" 2>/dev/null; }

stop_virsh() {
  [ -n "$follow_pid" ] || return 0
  kill "$follow_pid" 2>/dev/null
  wait "$follow_pid" 2>/dev/null
  follow_pid=''
}

# A signal ends the wait, not only the sleep after it.
wait_a_moment() {
  sleep "$1" 8>&- &
  wait $!
}

pause_follow() {
  wait_a_moment "$follow_pause"
  follow_pause=$((follow_pause * 2))
  [ "$follow_pause" -le "$MOST_PAUSE" ] || follow_pause=$MOST_PAUSE
}

# For the gap that a host without power leaves; and the time for what was to be tried again.
mark_alive() {
  alive_now=$(seconds_now)
  [ $((alive_now - ${alive_at:-0})) -ge "$ALIVE_SECONDS" ] || return 0
  alive_at=$alive_now
  now >"$state/follow/alive.new" && mv "$state/follow/alive.new" "$state/follow/alive"
  touch "$work" # in use (drop_left_work)
  [ -n "$logs_pending" ] || return 0
  report_logs
  [ -n "$logs_pending" ] || reconcile || stop_virsh
}

tell_gap() {
  [ -n "$gap_from" ] || return 0
  : >"$work/nothing"
  gap_stamp=$(stamp)
  send gap "$gap_stamp" "/v1/libvirt/gap?source=follower&from=$gap_from&to=${gap_stamp%% *}" text/plain "$work/nothing"
  gap_from=''
}

# send_new_lines settled: while the file grows without its last event, of which more lines may come, so that none is cut in two;
# send_new_lines all: everything, the writer being gone. Whole lines in either case.
send_new_lines() {
  [ -s "$events" ] || return 0
  IFS= read -r lines_sent <"$events.sent" || lines_sent=0
  lines_size=$(($(wc -c <"$events")))
  lines_cut=''
  if [ "$1" = settled ]; then
    [ "$lines_size" = "${lines_before:-0}" ] || lines_cut=grows
    lines_before=$lines_size
  fi
  while [ "$lines_size" -gt "$lines_sent" ]; do
    lines_take=$((lines_size - lines_sent))
    lines_batch_cut=$lines_cut
    [ "$lines_take" -lt "$MOST_BATCH_BYTES" ] || { lines_take=$MOST_BATCH_BYTES lines_batch_cut=full; }
    tail -c +$((lines_sent + 1)) "$events" | head -c "$lines_take" >"$work/raw"
    # Without what follows the last line feed; a batch that was cut ends before an event, not in it.
    awk -v cut="$lines_batch_cut" -v whole="$(tail -c 1 "$work/raw" | od -An -tx1 | tr -d ' ')" '
      { line[NR] = $0 } END { last = whole == "0a" ? NR : NR - 1
        if (cut != "") { while (last > 1 && line[last] !~ /^[0-9]/) last--; if (last > 1 || cut == "grows") last-- }
        for (i = 1; i <= last; i++) print line[i] }' "$work/raw" >"$work/lines"
    lines_taken=$(($(wc -c <"$work/lines")))
    [ "$lines_taken" -gt 0 ] || return 0
    leave_out_ignored <"$work/lines" >"$work/told" || return 0
    [ ! -s "$work/told" ] || send events "$(stamp)" "/v1/libvirt/events?" text/plain "$work/told" || return 0
    lines_sent=$((lines_sent + lines_taken))
    printf '%s\n' "$lines_sent" >"$events.sent.new" && mv "$events.sent.new" "$events.sent"
  done
}

# Events on standard input without those of the kinds that are ignored. One of a kind that nobody knows is kept.
leave_out_ignored() {
  awk -v kinds="$IGNORED_KINDS" '
    BEGIN { count = split(kinds, listed, " "); for (i = 1; i <= count; i++) ignored[listed[i]] }
    # What goes on with the event of the line before shares its lot.
    !/^(\t|(recipient|action|flags|alias|size|oldMAC|newMAC):)/ {
      split($0, quoted, "\047"); left_out = quoted[1] ~ /^[0-9][-0-9T:.+Z ]*: event $/ && (quoted[2] in ignored) }
    !left_out { print }'
}
