#!/bin/sh
# install.sh [--prefix=/usr/local]: puts the host kit in place where there is no package for it. DESTDIR stages it elsewhere.
# A host.conf that is already there is kept; see uninstall.sh for the way back.
#   --files-only   for the build of a package: no list of what was installed, no uninstaller, nothing started
set -eu
packaging=$(cd "$(dirname "$0")" && pwd)
kit=${packaging%/*}
prefix=/usr/local
files_only=no
DESTDIR=${DESTDIR:-}

for argument in "$@"; do
  case "$argument" in
    --prefix=/usr | --prefix=/usr/local | --prefix=/opt/?*) prefix=${argument#--prefix=} ;;
    --files-only) files_only=yes ;;
    *)
      sed -n '2,4s/^# *//p' "$0" >&2
      echo 'The prefix is /usr, /usr/local or below /opt.' >&2
      exit 2
      ;;
  esac
done
case "$prefix" in
  *[!A-Za-z0-9/._-]*)
    echo 'The prefix is made of letters, digits, dots, dashes and slashes.' >&2
    exit 2
    ;;
esac
# shellcheck source=deploy/libvirt-host/packaging/layout.sh
. "$packaging/layout.sh"

command -v curl >/dev/null 2>&1 || echo 'The hook needs curl 7.55 or later, and none is installed.' >&2
command -v virsh >/dev/null 2>&1 || echo 'The events follower needs virsh, and none is installed.' >&2

# A hook that was changed by hand is kept, but never where libvirt would run it too.
keep_foreign_hook() {
  [ -f "$DESTDIR$HOOK" ] || return 0
  sed "s|/usr/lib/hopledger-host|$prefix/lib/hopledger-host|g" "$kit/hook/50-hopledger" | cmp -s - "$DESTDIR$HOOK" && return 0
  mkdir -p "$DESTDIR/etc/hopledger"
  cp "$DESTDIR$HOOK" "$DESTDIR/etc/hopledger/50-hopledger.old"
  chmod 0644 "$DESTDIR/etc/hopledger/50-hopledger.old"
  echo "The hook that was there is now /etc/hopledger/50-hopledger.old."
}

# made_directory PATH: PATH/, when this installation makes it or the one before it did.
made_directory() {
  if ! [ -d "$DESTDIR$1" ] || grep -qxF "$1/" "$lib/installed" 2>/dev/null; then echo "$1/"; fi
}

lib=$DESTDIR$prefix/lib/hopledger-host
hooks_made=$(made_directory "${HOOK%/*}")
[ "$files_only" = yes ] || keep_foreign_hook
layout | while read -r mode source target; do
  if [ "$target" = "$CONFIG" ] && [ -f "$DESTDIR$CONFIG" ]; then
    cmp -s "$kit/$source" "$DESTDIR$CONFIG" || echo "$CONFIG stays as it is; what is new in it: $kit/$source"
    continue
  fi
  put_file "$mode" "$kit/$source" "$DESTDIR$target"
done
[ "$files_only" = no ] || exit 0

{ layout | awk '{ print $3 }'; echo "$prefix/lib/hopledger-host/installed"; echo "$prefix/lib/hopledger-host/layout.sh"
  echo "$prefix/lib/hopledger-host/uninstall.sh"; [ -z "$hooks_made" ] || echo "$hooks_made"; } >"$lib/installed"
put_file 0644 "$packaging/layout.sh" "$lib/layout.sh"
put_file 0755 "$packaging/uninstall.sh" "$lib/uninstall.sh"

[ -z "$DESTDIR" ] || exit 0
! command -v restorecon >/dev/null 2>&1 || restorecon "$HOOK" 2>/dev/null || :
if runs_systemd; then
  systemctl daemon-reload || :
  # shellcheck disable=SC2086
  systemctl enable $UNITS || :
  # shellcheck disable=SC2086
  systemctl restart $UNITS || :
  systemctl start --no-block hopledger-probe.service || :
  reload_libvirt
fi
echo "Installed. Set the server in $CONFIG, put the host's token into /etc/hopledger/token (mode 0600), then: hopledger-host doctor"
