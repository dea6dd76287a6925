# shellcheck shell=sh disable=SC2034,SC2154
# What is wrong with this host's kit, and how to mend it. Needs common.sh and spool.sh.

MOST_SKEW_SECONDS=5
OLDEST_WAITING_SECONDS=3600
OLDEST_ADVICE_SECONDS=900
# As long the follower may take for settings that have just changed.
MOST_FOLLOWER_SECONDS=10
# Where docs/guides/run-as-a-service.md has the server's.
SERVER_TOKENS=/etc/hopledger/tokens.json

# Exit status 1 when something is wrong; a hint alone is no fault.
doctor() {
  faults=0
  read_config
  make_work || { log err 'no place for temporary files'; return 1; }
  trap drop_work EXIT
  check_settings
  check_token
  check_server
  check_hook
  check_libvirt
  check_spool
  check_logs
  check_advice
  check_follower
  check_follower_settings
  check_confinement
  [ "$faults" -eq 0 ] || { printf '\n%s things to mend\n' "$faults"; return 1; }
}

fine() { printf 'ok    %s\n' "$1"; }
hint() { printf 'hint  %s\n      mend: %s\n' "$1" "$2"; }
fault() {
  faults=$((faults + 1))
  printf 'WRONG %s\n      mend: %s\n' "$1" "$2"
}

check_settings() {
  if [ -n "$config_faults" ]; then
    fault "settings: $config_faults" "edit $config_file; the packaged file says what each setting may be"
  else
    fine "settings: reports as $host to $server"
  fi
  case "$server" in
    https://* | http://127.* | http://localhost* | http://\[::1\]*) ;;
    http://*) hint 'the token and domain XML go over the network in the clear' "have hopledger serve HTTPS (listen.tlsCertFile) or a proxy before it, and use https:// in $config_file" ;;
  esac
}

check_token() {
  if ! [ -e "$token_file" ] && [ -n "$client_cert" ]; then
    check_certificate
    return
  fi
  if ! [ -e "$token_file" ]; then
    hint "no token in $token_file: fine only while hopledger asks for none" "$(new_token)"
    return
  fi
  token_mode=$(stat -c %a "$token_file")
  case "$token_mode" in
    ?00) fine "token: $token_file, mode $token_mode" ;;
    *) fault "$token_file has mode $token_mode: others can read the token" "chmod 600 $token_file; if others had access, make a new token" ;;
  esac
  IFS= read -r token <"$token_file" || :
  case "$token" in
    '') fault "$token_file is empty" 'put the token of this host there, alone on the first line' ;;
    *[!A-Za-z0-9_.~+/=-]*) fault "$token_file holds what no token does" 'the token alone, without "Bearer" or blanks' ;;
  esac
}

new_token() {
  printf 'on the server, with its auth.tokensFile: hopledger token create %s --role recorder --host %s --file %s && systemctl reload hopledger; ' \
    "$host" "$host" "$SERVER_TOKENS"
  printf 'put what it prints into %s (mode 0600)' "$token_file"
}

# In place of a token.
check_certificate() {
  for certificate_file in "$client_cert" "$client_key"; do
    [ -z "$certificate_file" ] || [ -r "$certificate_file" ] || { fault "$certificate_file cannot be read" "correct client_cert and client_key in $config_file"; return; }
  done
  fine "no token: shows the certificate $client_cert"
}

check_server() {
  [ -n "$server" ] || return 0
  call "$work" "$timeout" "/v1/libvirt/advice?host=$host"
  case "$status" in
    200)
      if answered; then fine 'hopledger answers, and takes reports of this host'; else
        fault "$server answers, and is not hopledger" "correct server in $config_file"
      fi
      ;;
    504) hint "hopledger still reads its ledger, and cannot say yet which VMs are tainted: $(said)" 'wait; see its /health/ready' ;;
    000) fault "$server cannot be reached" "correct server in $config_file; see whether hopledger runs, and curl $server/health/live from here" ;;
    401) fault "hopledger does not know the ${client_cert:+certificate or }token" "$(new_token)" ;;
    403) fault "the token may not report for $host: $(said)" "$(new_token); or correct host in $config_file" ;;
    *) fault "hopledger answers with HTTP status $status: $(said)" "correct server in $config_file; see hopledger's log" ;;
  esac
  [ "$status" = 000 ] && return 0
  check_clock "$(header date)"
}

check_clock() {
  clock_there=$(date -d "$1" +%s 2>/dev/null) || return 0
  clock_off=$(($(seconds_now) - clock_there))
  [ "$clock_off" -ge 0 ] || clock_off=$((-clock_off))
  if [ "$clock_off" -gt "$MOST_SKEW_SECONDS" ]; then
    fault "this host's clock and the server's are $clock_off s apart" 'have both follow NTP (chronyc tracking, timedatectl)'
  else
    fine 'clock: agrees with that of the server'
  fi
}

check_hook() {
  hook_file=$root/etc/libvirt/hooks/qemu.d/50-hopledger
  if ! [ -e "$hook_file" ]; then
    fault "no hook in $hook_file" 'install the kit again'
    return
  fi
  [ -x "$hook_file" ] || { fault "$hook_file is not executable: libvirt passes it over" "chmod 755 $hook_file"; return; }
  hook_version=$(sed -n 's/^# hopledger.s libvirt hook, kit \(.*\)$/\1/p' "$hook_file" | head -n 1)
  if [ "$hook_version" = "$KIT_VERSION" ]; then
    fine "hook: $hook_file, kit $hook_version"
  else
    fault "$hook_file is of kit ${hook_version:-unknown}, the rest of $KIT_VERSION" 'install the kit again; a changed conffile is beside it as .dpkg-dist or .rpmnew'
  fi
}

# The daemon that runs QEMU, and since when: it looks for hooks when it starts.
check_libvirt() {
  virsh_version=$(virsh --version 2>/dev/null | sed -n 's/^\([0-9][0-9]*\)\.\([0-9][0-9]*\)\..*/\1 \2/p' | head -n 1)
  if [ -z "$virsh_version" ]; then
    fault 'virsh does not run' 'install libvirt-clients (Debian) or libvirt-client (RPM)'
    return
  fi
  check_hook_calls "${virsh_version% *}" "${virsh_version#* }"
  timeout 10 virsh -q -r -c "$connect" list >/dev/null 2>&1 || fault "virsh -c $connect does not answer" "systemctl status libvirtd virtqemud; or correct connect in $config_file"
  [ -e "$hook_file" ] || return 0
  daemon=$(daemon_pid)
  [ -n "$daemon" ] || return 0
  # A daemon is as old as its directory in /proc; one that was reloaded since looked for hooks too, and cannot be told.
  if [ -n "$(find "$hook_file" -newer "/proc/$daemon" 2>/dev/null)" ]; then
    hint 'the libvirt daemon is older than the hook, and may not know it yet' 'systemctl try-reload-or-restart virtqemud libvirtd (running VMs stay)'
  else
    fine 'the libvirt daemon was started after the hook came'
  fi
}

# check_hook_calls MAJOR MINOR: whether this libvirt calls the hook, and once.
check_hook_calls() {
  other_hook=$root/etc/libvirt/hooks/qemu
  if [ "$1" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 5 ]; }; then
    if calls_hook; then fine "libvirt $1.$2 knows no qemu.d; $other_hook calls the hook"; else
      fault "libvirt $1.$2 knows no qemu.d" "ln -s qemu.d/50-hopledger $other_hook, if there is none yet; else call it from there; from libvirt 6.5 on take that away again"
    fi
  elif calls_hook; then
    fault "$other_hook calls the hook, and libvirt $1.$2 calls it in qemu.d too" "$calls_mend; then systemctl try-reload-or-restart virtqemud libvirtd (running VMs stay)"
  else
    fine "libvirt $1.$2"
  fi
}

# True when hooks/qemu is the hook, calls it by its name, or has called it since it was last changed.
calls_hook() {
  [ -x "$other_hook" ] || return 1
  if grep -q "^# hopledger's libvirt hook" "$other_hook" 2>/dev/null; then
    calls_mend="rm $other_hook"
  elif grep -v '^[[:space:]]*#' "$other_hook" 2>/dev/null | grep -q 50-hopledger ||
    [ -n "$(find "$run/called-twice" -newer "$other_hook" 2>/dev/null)" ]; then
    calls_mend="take the call out of $other_hook"
  else
    return 1
  fi
}

daemon_pid() {
  for pid_file in "$root/run/virtqemud.pid" "$root/run/libvirtd.pid"; do
    [ -r "$pid_file" ] || continue
    IFS= read -r found <"$pid_file" || :
    case "$found" in '' | *[!0-9]*) ;; *) [ ! -d "/proc/$found" ] || { printf %s "$found"; return; } ;; esac
  done
}

check_spool() {
  mkdir -p "$spool" 2>/dev/null && : 2>/dev/null >"$spool/.doctor" || {
    fault "$spool cannot be written" "make $state a directory of root on a disk with room"
    return
  }
  rm -f "$spool/.doctor"
  waiting=$(($(spool_files)))
  if [ "$waiting" -eq 0 ]; then
    fine 'spool: nothing waits'
  else
    waiting_since=$(oldest_seconds)
    waiting_text="$waiting reports wait ($(spool_kib) KiB), the oldest for $waiting_since s"
    waiting_why=$(sed -n '1s/^[^ ]* \([0-9]*\) \(.*\)/; the first was tried \1 times, at last \2/p' "$state/waiting" 2>/dev/null)
    waiting_text=$waiting_text$waiting_why
    if [ "$waiting_since" -gt "$OLDEST_WAITING_SECONDS" ]; then
      fault "spool: $waiting_text" 'see above whether hopledger answers; systemctl enable --now hopledger-deliver.timer; hopledger-host deliver'
    else
      hint "spool: $waiting_text" 'hopledger-deliver.timer delivers them within a minute of hopledger being there'
    fi
  fi
  lost=$(($(spool_lost_count)))
  [ "$lost" -eq 0 ] || fault "the spool or the disk was full, and $lost reports were dropped" "raise spool_max_files and spool_max_mib in $config_file; import the logs (hopledger-host reconcile)"
  rejected=$(find "$state/rejected" -type f 2>/dev/null | wc -l)
  [ "$rejected" -eq 0 ] || hint "$((rejected)) reports were refused for good, and lie in $state/rejected" "journalctl -t hopledger says why; delete them when they are understood"
}

# What libvirt's logs still have to tell, and what of them was given up (report_logs).
check_logs() {
  for log_note in "$state"/logs/failing.[0-9]* "$state"/logs/given-up.[0-9]*; do
    { IFS=' ' read -r log_tries log_rest && IFS= read -r log_path; } 2>/dev/null <"$log_note" || continue
    log_why=$(printf '%s' "$log_rest" | cut -d ' ' -f 5-)
    case "$log_why" in
      'HTTP status 413'*) log_mend='have the proxy before hopledger take bodies of 8 MiB (nginx: client_max_body_size 8m)' ;;
      *) log_mend="see above whether hopledger answers, and hopledger's log" ;;
    esac
    case "$log_note" in
      */given-up.*) fault "$log_path was given up after $log_tries tries, and not all of it is delivered: $log_why" "$log_mend; then hopledger import libvirt-logs $log_path --host $host, and rm $log_note" ;;
      *) hint "$log_path is not delivered yet, and what no longer runs waits for it: $log_why" "$log_mend" ;;
    esac
  done
}

oldest_seconds() {
  find "$spool" -type f -name '[0-9]*' | sort | head -n 1 | {
    IFS= read -r oldest || return 0
    echo $(($(seconds_now) - $(stat -c %Y "$oldest" 2>/dev/null || seconds_now)))
  }
}

# What the hook goes by when hopledger does not answer.
check_advice() {
  if ! [ -f "$advice/list" ]; then
    hint "which VMs are tainted was never heard: without an answer all go by unreachable_clean ($unreachable_clean)" 'hopledger-host deliver'
    return
  fi
  advice_heard=$(($(seconds_now) - $(stat -c %Y "$advice/list")))
  if [ "$advice_heard" -gt "$OLDEST_ADVICE_SECONDS" ]; then
    fault "which VMs are tainted was last heard $advice_heard s ago" 'see above whether hopledger answers; systemctl enable --now hopledger-deliver.timer; hopledger-host deliver'
  else
    fine "tainted: $(($(grep -c ' tainted$' "$advice/list"))) VMs, heard $advice_heard s ago"
  fi
}

check_follower() {
  if ! [ -d "$root/run/systemd/system" ] || ! command -v systemctl >/dev/null 2>&1; then
    hint 'no systemd runs: whether the follower runs cannot be told' 'have hopledger-host follow run always, hopledger-host deliver every minute'
    return
  fi
  for unit in hopledger-follow.service hopledger-deliver.timer hopledger-probe.timer; do
    if systemctl is-active --quiet "$unit" 2>/dev/null; then
      fine "$unit is active"
    else
      fault "$unit is not active" "systemctl enable --now $unit; journalctl -u $unit"
    fi
  done
}

# It reads changed settings by itself; not while it waits for a server that does not answer.
check_follower_settings() {
  [ -z "$config_faults" ] || return 0
  follower_waited=0
  until follower_agrees; do
    if [ "$follower_waited" -ge "$MOST_FOLLOWER_SECONDS" ]; then
      fault "the follower still reports as $follower_reports, not as $host to $server" 'systemctl restart hopledger-follow.service'
      return
    fi
    follower_waited=$((follower_waited + 1))
    sleep 1
  done
}

follower_agrees() {
  { IFS= read -r follower_reports; } 2>/dev/null <"$run/follow.settings" || return 0
  [ "$follower_reports" = "$host to $server" ]
}

check_confinement() {
  if [ -r /sys/kernel/security/apparmor/profiles ] && grep -qE '(libvirtd|virtqemud) \(enforce\)' /sys/kernel/security/apparmor/profiles 2>/dev/null; then
    hint "AppArmor confines libvirt: its hooks may execute only what is in /usr/bin and /usr/sbin" "nothing, by what Debian's profile says; with a stricter one allow $root/usr/lib/hopledger-host/** r, $state/** rwk, $run/** rwk"
  fi
  if command -v getenforce >/dev/null 2>&1 && [ "$(getenforce 2>/dev/null)" = Enforcing ]; then
    hint 'SELinux is enforcing' "restorecon -RF /etc/libvirt/hooks; if ausearch -m avc shows denials of the hook, setsebool -P virt_hooks_unconfined on where the policy has it"
  fi
}
