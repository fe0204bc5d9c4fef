#!/usr/bin/env bash
# Back up what cannot be made anew: backups/<time>/ with Superset's metadata, the data, config/.
#
# While it runs no build does: it holds the lock of builds. Secrets are not in it: keep those
# apart from the data that they protect.
set -euo pipefail
cd "$(dirname "$0")/.."
to=${1:-backups/$(date -u +%Y%m%dT%H%M%SZ)}
if [ -e "$to" ]; then
  echo "$to is there already: name another folder" >&2
  exit 1
fi
part=$to.part
rm -rf "$part"
mkdir -p "$part"
chmod 0700 "$part"
echo "backing up to $to"
infrastructure/compose exec -T postgres \
  pg_dump --username=superset --format=custom superset > "$part/metadata.dump"
infrastructure/compose run --rm --no-deps -T build \
  flock /data/.build.lock tar --create --directory=/data --exclude=./build --exclude=./logs . \
  > "$part/data.tar"
cp -R config "$part/config"
(cd "$part" && sha256sum metadata.dump data.tar > SHA256SUMS)
mv "$part" "$to"
du -h "$to"/*
echo "to restore it: make restore FROM=$to"
