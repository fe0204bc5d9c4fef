#!/usr/bin/env bash
# Make the images the trial starts from, out of Debian's packages: Python, PostgreSQL, Redis.
#
# Needs root, debootstrap and a Docker engine. The certificates of this machine go along, since a
# network may have an authority of its own.
set -euo pipefail
cd "$(dirname "$0")"
python=paidnet-trial/python:3.11
if ! docker image inspect "$python" > /dev/null 2>&1; then
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$root" \
    > "$root.log" || { tail "$root.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root.log"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  tar --create --directory="$root" . \
    | docker import --change "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt" - "$python"
fi
for name in postgres redis; do
  docker image inspect "paidnet-trial/$name" > /dev/null 2>&1 \
    || docker build --network host --build-arg BASE="$python" --file "$name.Dockerfile" \
      --tag "paidnet-trial/$name" .
done
docker images --filter "reference=paidnet-trial/*"
