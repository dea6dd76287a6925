#!/bin/sh
# uninstall.sh [--purge]: takes away what install.sh put in place, and no other hook. DESTDIR as there.
#   --purge   also the settings, the host's token, what waits for delivery and what the follower has seen
set -eu
here=$(cd "$(dirname "$0")" && pwd)
DESTDIR=${DESTDIR:-}
purge=no
case "${1:-}" in
  '') ;;
  --purge) purge=yes ;;
  *)
    sed -n '2,3s/^# *//p' "$0" >&2
    exit 2
    ;;
esac

installed=$here/installed
if ! [ -r "$installed" ]; then
  echo "$installed is not there: run the uninstall.sh that install.sh put into PREFIX/lib/hopledger-host" >&2
  exit 1
fi
prefix=$(sed -n 's|/lib/hopledger-host/installed$||p' "$installed")
# shellcheck source=deploy/libvirt-host/packaging/layout.sh
. "$here/layout.sh"

if runs_systemd; then
  # shellcheck disable=SC2086
  systemctl disable --now $UNITS hopledger-deliver.service hopledger-probe.service >/dev/null 2>&1 || :
fi
files=$(cat "$installed")
for file in $files; do
  case "$file" in
    "$CONFIG") ;;
    */) rmdir "$DESTDIR$file" 2>/dev/null || : ;; # others may have hooks there by now
    *) rm -f "$DESTDIR$file" ;;
  esac
done
if [ "$purge" = yes ]; then
  rm -f "$DESTDIR$CONFIG" "$DESTDIR/etc/hopledger/token" "$DESTDIR/etc/hopledger/50-hopledger.old"
  rm -rf "$DESTDIR/var/lib/hopledger-host"
fi
rm -rf "$DESTDIR/run/hopledger-host"
remove_empty_directories
! runs_systemd || systemctl daemon-reload || :
reload_libvirt
