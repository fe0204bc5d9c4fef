#!/usr/bin/env bash
# Start the stack: secrets, images, a release, then all services; returns when Superset is ready.
set -euo pipefail
cd "$(dirname "$0")/.."
infrastructure/secrets.sh
mkdir -p inbox config sources
infrastructure/compose build "$@"
# By itself first, so that its progress is seen; it does nothing when nothing has changed.
infrastructure/compose run --rm build
infrastructure/compose up --detach

container=$(infrastructure/compose ps --quiet superset)
printf 'Superset: starting '
for _ in $(seq 150); do
  read -r state starts < <(docker inspect "$container" \
    --format '{{.State.Health.Status}} {{.RestartCount}}')
  if [ "$state" = healthy ]; then
    address=$(infrastructure/compose port superset 8088)
    echo
    echo "Superset: http://${address/0.0.0.0/127.0.0.1}"
    for user in risk analyst admin; do
      echo "  $user: password in secrets/${user}_password"
    done
    address=$(infrastructure/compose port api 8089)
    echo "API and uploads: http://${address/0.0.0.0/127.0.0.1}"
    echo "  a key: infrastructure/compose exec api python -m api keys add NAME --scope …"
    exit 0
  fi
  [ "$starts" -lt 3 ] || break
  printf .
  sleep 2
done
echo
infrastructure/compose logs --tail 30 superset >&2
echo "Superset does not get ready ($state after $starts restarts): see its last lines above" >&2
exit 1
