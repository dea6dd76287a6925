# shellcheck shell=sh disable=SC2034,SC2154
# What this host's QEMU binaries answer to QMP, sent as it came: the server reads it. Needs common.sh, spool.sh, report.sh.

QEMU_SECONDS=120
MOST_RESTARTS=25
# Less than the timer waits between two runs.
MISSING_MINUTES=10

probe() {
  make_work || { log err 'no place for temporary files'; return 1; }
  trap drop_work EXIT
  case "${1:-}" in
    '') probe_host ;;
    --if-changed)
      probe_is_due || return 0
      probe_host
      ;;
    --guest)
      [ -n "${2:-}" ] || { echo 'probe --guest NAME' >&2; return 2; }
      probe_guest "$2"
      ;;
    *) echo 'probe [--if-changed | --guest NAME]' >&2; return 2 ;;
  esac
}

probe_host() {
  probe_at=$(now)
  probe_print=$(fingerprint)
  emulators_here >"$work/emulators"
  [ -s "$work/emulators" ] || { log err 'no QEMU is installed here; emulators in host.conf can name one'; return 1; }
  host_facts >"$work/report"
  silent=''
  # One that is broken does not hide what the others are, and none of them becomes the host's default in its place.
  while IFS= read -r emulator; do
    if probe_emulator "$emulator"; then
      was_found "$emulator"
      cat "$work/one" >>"$work/report"
    elif is_removed "$emulator"; then
      log warning "$emulator is not there any more: it is left out"
    else
      silent=yes
      printf 'silent %s\n' "$emulator" >>"$work/report"
      log err "$emulator does not answer as a QEMU: $(tail -n 3 "$work/words" | cut -c 1-300)"
    fi
  done <"$work/emulators"
  # The next run asks again, even where it finds the same files.
  [ -z "$silent" ] || rm -f "$state/probed"
  grep -q '^emulator ' "$work/report" || return 1
  call "$work" 120 "/v1/libvirt/probe?host=$host&at=$probe_at&sentAt=$(now)" text/plain "$work/report"
  # Not spooled: megabytes that the next probe says again.
  case "$status" in 2??) answered ;; *) false ;; esac || {
    log err "the probe is not delivered (HTTP status $status) $(said)"
    ! useless || probe_is_done
    return 1
  }
  said
  [ -z "$silent" ] || return 1
  probe_is_done
}

was_found() { rm -f "$state/missing/$(encode "$1")"; }

# A package manager takes a binary away for moments: only one that is missing for longer is removed.
is_removed() {
  ! [ -e "$1" ] || { was_found "$1"; return 1; }
  missing=$state/missing/$(encode "$1")
  [ -e "$missing" ] || { mkdir -p "$state/missing" && : >"$missing"; } 2>/dev/null
  [ -n "$(find "$missing" -mmin "+$MISSING_MINUTES" 2>/dev/null)" ]
}

# What is not noted here is probed again soon.
probe_is_done() { mkdir -p "$state" && printf '%s\n' "$probe_print" >"$state/probed.new" && mv "$state/probed.new" "$state/probed"; }

# After a change, after a probe that was not delivered, and once a day.
probe_is_due() {
  [ "$(fingerprint)" = "$(cat "$state/probed" 2>/dev/null)" ] || return 0
  [ -n "$(find "$state/probed" -mmin +1440 2>/dev/null)" ]
}

# What a change of shows that a probe may find something else.
fingerprint() {
  emulators_here | while IFS= read -r one; do stat -L -c '%n %s %Y %i' "$one" 2>/dev/null; done
  uname -r
  libvirt_version
  cksum "$config_file" 2>/dev/null | cut -d ' ' -f 1
}

libvirt_version() { virsh --version 2>/dev/null | sed -n 's/^\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1; }

# The one that libvirt uses by default first.
emulators_here() {
  if [ -n "$emulators" ]; then
    for one in $emulators; do printf '%s\n' "$one"; done
    return
  fi
  machine=$(uname -m)
  case "$machine" in i?86) machine=x86_64 ;; ppc64le) machine=ppc64 ;; armv*) machine=arm ;; esac
  for one in "$root/usr/bin/qemu-system-$machine" "$root/usr/libexec/qemu-kvm" "$root/usr/bin/kvm"; do
    [ -x "$one" ] || continue
    printf '%s\n' "$one"
    return
  done
}

host_facts() {
  printf 'kernel %s\n' "$(uname -r)"
  printf 'libvirt %s\n' "$(libvirt_version)"
  awk -F ': *' '/^model name/ && !m { m = 1; print "cpu-model " $2 } /^vendor_id/ && !v { v = 1; print "cpu-vendor " $2 }
    /^flags/ && !f { f = 1; print "cpu-flags " $2 }' /proc/cpuinfo 2>/dev/null
}

# No board, no devices, nothing that runs: only QMP. KVM where there is one, since it knows the host's processor.
run_qemu() {
  timeout "$QEMU_SECONDS" "$1" -machine none,accel=kvm:tcg -nodefaults -no-user-config -S -display none -qmp stdio \
    <"$2" >"$3" 2>>"$work/words"
}

question() { printf '{"execute":"%s"%s,"id":"%s%s"}\n' "$1" "${3:+,\"arguments\":$3}" "$1" "${2:+ $2}"; }

probe_emulator() {
  : >"$work/words"
  {
    printf '{"execute":"qmp_capabilities"}\n'
    question query-version
    question query-target
    question query-machines compat-props '{"compat-props":true}'
    question query-machines
    question qom-list-types '' '{"implements":"device","abstract":true}'
    question query-kvm
    question query-cpu-definitions
    question query-cpu-model-expansion '' '{"type":"full","model":{"name":"host"}}'
    printf '{"execute":"quit"}\n'
  } >"$work/questions"
  run_qemu "$1" "$work/questions" "$work/answers"
  grep -q '"id": *"qom-list-types"' "$work/answers" || return 1
  # Where the machine types tell their properties, the shorter list says nothing more.
  if grep -q '"return".*"id": *"query-machines compat-props"' "$work/answers"; then
    grep -v '"id": *"query-machines"' "$work/answers" >"$work/kept"
  else
    cp "$work/answers" "$work/kept"
  fi
  { printf 'emulator %s\n' "$1" && grep '"return"' "$work/kept" | grep '"id"'; } >"$work/one"
  list_types <"$work/answers" >"$work/types"
  awk '$1 == "type" { print "device-list-properties " $2 } $1 == "proxy" { print "qom-list-properties " $2 }' "$work/types" >"$work/left"
  ask_types "$1"
}

# `type NAME` for every concrete one, `proxy NAME` for those that carry a virtio device within.
list_types() {
  grep '"id": *"qom-list-types"' | sed 's/}, *{/}\
{/g' | awk '
    { name = field("name"); if (name == "" || name !~ /^[A-Za-z0-9_.,:+-]+$/) next
      parent[name] = field("parent"); abstract = $0 ~ /"abstract": *true/; if (!abstract) concrete[++count] = name }
    function field(which) { if (!match($0, "\"" which "\": *\"[^\"]*\"")) return ""
      value = substr($0, RSTART, RLENGTH); sub(/^[^:]*: *"/, "", value); sub(/"$/, "", value); return value }
    END { for (i = 1; i <= count; i++) { print "type", concrete[i]
        up = concrete[i]; for (steps = 0; steps < 50 && (up in parent); steps++) { up = parent[up]
          if (up == "virtio-pci") { print "proxy", concrete[i]; break } } } }'
}

# Some questions end some binaries: those behind them are asked of a new process.
ask_types() {
  restarts=0
  while [ -s "$work/left" ]; do
    {
      printf '{"execute":"qmp_capabilities"}\n'
      while read -r asks type; do question "$asks" "$type" "{\"typename\":\"$type\"}"; done <"$work/left"
      printf '{"execute":"quit"}\n'
    } >"$work/questions"
    run_qemu "$1" "$work/questions" "$work/answers"
    grep '"id": *"' "$work/answers" | grep '"return"' | without_words >>"$work/one"
    # Answered, refused, or the one that it ended at.
    got=$(grep -c '"id": *"' "$work/answers")
    tail -n +$((got + 2)) "$work/left" >"$work/next"
    if [ "$got" -ge "$(wc -l <"$work/left")" ]; then return 0; fi
    mv "$work/next" "$work/left"
    restarts=$((restarts + 1))
    [ "$restarts" -le "$MOST_RESTARTS" ] || { echo "$MOST_RESTARTS questions ended it" >>"$work/words"; return 1; }
  done
}

# Descriptions are for people, and most of the bytes.
without_words() { sed 's/, "description": "[^"\\]*"//g; s/"description": "[^"\\]*", //g'; }

# True values of a running guest. The server says which; what is asked of QEMU is made here, and only reads.
probe_guest() {
  guest_xml=$(timeout 30 virsh -q -r -c "$connect" dumpxml "$1" 2>/dev/null) || { log err "no running domain $1"; return 1; }
  guest_uuid=$(printf '%s\n' "$guest_xml" | sed -n 's/^[[:space:]]*<uuid>\([0-9a-f-]*\)<\/uuid>.*/\1/p' | head -n 1)
  call "$work" "$report_timeout" "/v1/libvirt/questions?host=$host&uuid=$guest_uuid"
  [ "$status" = 200 ] && answered || { log err "hopledger has no questions about $1 (HTTP status $status) $(said)"; return 1; }
  cp "$work/body" "$work/asked"
  : >"$work/seen"
  guest_stamp=$(stamp)
  ecam=''
  while read -r kind alias what slot function offset; do
    case "$alias$what" in *[!A-Za-z0-9_.-]*) continue ;; esac
    case "$kind" in
      property) value=$(read_property "$1" "$alias" "$what") ;;
      register) value=$(read_register "$1" "$slot" "$function" "$offset") ;;
      *) continue ;;
    esac
    case "$value" in '' | *[!A-Za-z0-9_.:+-]*) ;; *) printf '%s %s %s %s\n' "$kind" "$alias" "$what" "$value" >>"$work/seen" ;; esac
  done <"$work/asked"
  [ -s "$work/seen" ] || { log warning "nothing could be read out of $1"; return 1; }
  cat "$work/seen"
  send observed "$guest_stamp" "/v1/libvirt/observed?uuid=$guest_uuid&name=$(encode "$1")&at=${guest_stamp%% *}" text/plain "$work/seen"
}

monitor() { timeout 30 virsh -q -c "$connect" qemu-monitor-command "$@" </dev/null 2>/dev/null; }

read_property() {
  monitor "$1" "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine/peripheral/$2\",\"property\":\"$3\"}}" |
    sed -n 's/.*"return": *"\{0,1\}\([^",}]*\)"\{0,1\}.*/\1/p' | head -n 1
}

# Configuration space of a device on bus 0, where the firmware has mapped it. Reading it changes nothing.
read_register() {
  is_number "$2" && is_number "$3" && is_number "$4" || return 0
  [ "$2" -lt 32 ] && [ "$3" -lt 8 ] && [ "$4" -lt 4096 ] || return 0
  : "${ecam:=$(monitor "$1" --hmp 'info mtree' | sed -n 's/^ *\([0-9a-f]*\)-[0-9a-f]* .*pcie-mmcfg-mmio.*/\1/p' | head -n 1)}"
  case "$ecam" in '' | *[!0-9a-f]*) return 0 ;; esac
  monitor "$1" --hmp "xp /1wx $(printf '0x%x' $((0x$ecam + $2 * 32768 + $3 * 4096 + $4)))" |
    sed -n 's/^[0-9a-f]*: *\(0x[0-9a-f]*\).*/\1/p' | head -n 1
}
