# shellcheck shell=sh disable=SC2034,SC2154
# Where the kit's files go. To be sourced; $kit is the directory of deploy/libvirt-host, $prefix is /usr or /usr/local.

HOOK=/etc/libvirt/hooks/qemu.d/50-hopledger
CONFIG=/etc/hopledger/host.conf
UNITS='hopledger-follow.service hopledger-deliver.timer hopledger-probe.timer'

# One line a file: its mode, its path in the kit, its path on the host.
layout() {
  echo "0755 hook/50-hopledger $HOOK"
  echo "0644 etc/host.conf $CONFIG"
  echo "0755 bin/hopledger-host $prefix/bin/hopledger-host"
  echo "0644 packaging/hopledger-host.8 $prefix/share/man/man8/hopledger-host.8"
  echo "0644 README.md $prefix/lib/hopledger-host/README.md"
  for file in "$kit"/lib/*.sh; do
    echo "0644 lib/${file##*/} $prefix/lib/hopledger-host/${file##*/}"
  done
  # systemd reads no units of /usr/local/lib on every distribution.
  case "$prefix" in /usr) units=/usr/lib/systemd/system ;; *) units=/etc/systemd/system ;; esac
  for file in "$kit"/systemd/*; do
    echo "0644 systemd/${file##*/} $units/${file##*/}"
  done
}

# put_file MODE SOURCE TARGET: with the paths of the prefix in place of those of /usr; whole or not at all.
put_file() {
  mkdir -p "$(dirname "$3")"
  sed -e "s|/usr/lib/hopledger-host|$prefix/lib/hopledger-host|g" -e "s|/usr/bin/hopledger-host|$prefix/bin/hopledger-host|g" \
    "$2" >"$3.hopledger-new"
  chmod "$1" "$3.hopledger-new"
  mv -f "$3.hopledger-new" "$3"
}

# The kit's own directories, which others may have put files into: a hopledger server has its own in /etc/hopledger.
remove_empty_directories() {
  for directory in "$prefix/lib/hopledger-host" /etc/hopledger; do
    rmdir "${DESTDIR:-}$directory" 2>/dev/null || :
  done
}

# systemd that runs, on this machine itself: not below DESTDIR, not in a container or a chroot without it.
runs_systemd() { [ -z "${DESTDIR:-}" ] && [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; }

# libvirtd looks for its hooks when it starts and when it is told to reload.
reload_libvirt() {
  runs_systemd || return 0
  for daemon in libvirtd.service virtqemud.service; do
    systemctl try-reload-or-restart "$daemon" >/dev/null 2>&1 || :
  done
}
