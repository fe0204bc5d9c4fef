#!/usr/bin/env bash
# Put a backup in the place of all there is: users and dashboards, data, config/.
set -euo pipefail
cd "$(dirname "$0")/.."
from=${1:-}
if [ ! -f "$from/SHA256SUMS" ]; then
  cat >&2 << END
there is no backup to restore
  found:    ${from:-nothing named} without SHA256SUMS
  expected: the folder of a backup: $(cd backups 2> /dev/null && echo ./*/ || echo none yet)
  fix:      make restore FROM=backups/<time>
END
  exit 1
fi
(cd "$from" && sha256sum --check --quiet SHA256SUMS)
if [ "${YES:-}" != 1 ]; then
  read -r -p "Replace all users, dashboards and data of this stack by $from? [yes/no] " answer
  [ "$answer" = yes ] || exit 1
fi
infrastructure/secrets.sh
infrastructure/compose --profile pull stop superset scheduler api puller
infrastructure/compose up --detach postgres redis
infrastructure/compose exec -T postgres sh -c \
  'until pg_isready --quiet --host=127.0.0.1; do sleep 1; done
   dropdb --username=superset --maintenance-db=postgres --if-exists --force superset
   createdb --username=superset --maintenance-db=postgres superset'
infrastructure/compose exec -T postgres \
  pg_restore --username=superset --dbname=superset --single-transaction < "$from/metadata.dump"
infrastructure/compose run --rm --no-deps -T build \
  sh -c 'find /data -mindepth 1 -delete && tar --extract --directory=/data' < "$from/data.tar"
# What is cached belongs to the metadata that was there before.
# shellcheck disable=SC2016 # it is the shell in the container that reads the secret
infrastructure/compose exec -T redis sh -c \
  'REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli flushall'
mkdir -p config
cp -R "$from/config/." config/
infrastructure/up.sh
echo "restored $from"
