#!/bin/sh
# build-deb.sh [DIRECTORY]: builds hopledger-host_VERSION_all.deb there (else here) and prints its path. Needs dpkg-deb only.
# The same sources give the same bytes.
set -eu
packaging=$(cd "$(dirname "$0")" && pwd)
kit=${packaging%/*}
out=$(cd "${1:-.}" && pwd)
version=$(sed -n 's/^KIT_VERSION=//p' "$kit/lib/common.sh")
changelog=$packaging/debian/changelog
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$(sed -n 's/^ -- .*>  //p' "$changelog" | head -n 1)" +%s)}
export SOURCE_DATE_EPOCH
umask 022

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 0755 "$stage"
DESTDIR=$stage sh "$packaging/install.sh" --prefix=/usr --files-only 2>/dev/null
doc=$stage/usr/share/doc/hopledger-host
mkdir -p "$doc" "$stage/DEBIAN"
install -m 0644 "$packaging/debian/copyright" "$doc/copyright"
gzip -9nc "$changelog" >"$doc/changelog.gz"
gzip -9n "$stage/usr/share/man/man8/hopledger-host.8"

size=$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f 1)
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" "$packaging/debian/control.in" >"$stage/DEBIAN/control"
install -m 0644 "$packaging/debian/conffiles" "$packaging/debian/triggers" "$stage/DEBIAN/"
install -m 0755 "$packaging/debian/postinst" "$packaging/debian/prerm" "$packaging/debian/postrm" "$stage/DEBIAN/"
(cd "$stage" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
  >"$stage/DEBIAN/md5sums"

dpkg-deb --root-owner-group -Zxz --build "$stage" "$out/hopledger-host_${version}_all.deb" >/dev/null
echo "$out/hopledger-host_${version}_all.deb"
