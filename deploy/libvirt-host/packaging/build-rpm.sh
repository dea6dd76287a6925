#!/bin/sh
# build-rpm.sh [DIRECTORY]: builds hopledger-host-VERSION-1.noarch.rpm there (else here) and prints its path. Needs rpmbuild.
set -eu
packaging=$(cd "$(dirname "$0")" && pwd)
kit=${packaging%/*}
out=$(cd "${1:-.}" && pwd)
version=$(sed -n 's/^KIT_VERSION=//p' "$kit/lib/common.sh")
umask 022

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/SOURCES" "$top/hopledger-host-$version"
cp -R "$kit/." "$top/hopledger-host-$version/"
tar -C "$top" -czf "$top/SOURCES/hopledger-host-$version.tar.gz" "hopledger-host-$version"
rpmbuild -bb --quiet --define "_topdir $top" --define "_dbpath $top/db" --define "kit_version $version" \
  "$packaging/hopledger-host.spec" >"$top/log" 2>&1 || {
  cat "$top/log" >&2
  exit 1
}
cp "$top/RPMS/noarch/hopledger-host-$version-1.noarch.rpm" "$out/"
echo "$out/hopledger-host-$version-1.noarch.rpm"
