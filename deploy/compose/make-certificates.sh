#!/bin/bash
# Runs in the container `certificates`. Makes what is missing and leaves what is there.
set -euo pipefail

if [ ! -s /authority/ca.key ]; then
  es-gencert-cli create-ca -out /authority
fi
# The nodes trust every file in the folder; the key of the authority must not be in it.
cp /authority/ca.crt /ca/ca.crt

make() { # folder, address, name
  [ -s "$1/node.key" ] || es-gencert-cli create-node -ca-certificate /authority/ca.crt -ca-key /authority/ca.key \
    -out "$1" -ip-addresses "127.0.0.1,$2" -dns-names "localhost,$3"
}
make /node1 172.30.240.11 node1
make /node2 172.30.240.12 node2
make /node3 172.30.240.13 node3
make /proxy 127.0.0.1 hopledger.local
cat /proxy/node.crt /proxy/node.key > /proxy/proxy.pem

chmod 0444 /ca/ca.crt
# EventStoreDB's image runs as 1000, HAProxy's as 99.
chown -R 1000:1000 /node1 /node2 /node3
chmod 0400 /node?/node.key
chown -R 99:99 /proxy
chmod 0400 /proxy/node.key /proxy/proxy.pem
