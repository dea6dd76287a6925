#!/bin/sh
# Starts everything, in the order that it needs, and prints how to reach it. Again, it changes nothing.
set -eu
cd "$(dirname "$0")"
umask 077

if [ ! -s .env ]; then
  password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
  printf 'EVENTSTORE_ADMIN_PASSWORD=%s\nEVENTSTORE_OPS_PASSWORD=%s\n' "$(password)" "$(password)" > .env
fi
. ./.env

mkdir -p secrets
printf '{ "ledger": { "connection": "esdb://admin:%s@node1:2113,node2:2113,node3:2113?tlsCAFile=/certs/ca/ca.crt" } }\n' \
  "$EVENTSTORE_ADMIN_PASSWORD" > secrets/hopledger.json
# The container's user reads it; the folder is closed to others.
chmod 0444 secrets/hopledger.json

docker compose build
# Comes back when both replicas are ready, for the proxy waits for them.
docker compose up --detach
docker compose logs --no-log-prefix tokens
docker compose run --rm --no-deps -T --entrypoint cat certificates /ca/ca.crt > ca.crt
echo 'https://localhost:8443, with the authority deploy/compose/ca.crt and the token above:'
echo '  curl --cacert ca.crt -H "authorization: Bearer $TOKEN" https://localhost:8443/graphql -H "content-type: application/json" -d '"'"'{"query":"{ ledger { position } }"}'"'"
