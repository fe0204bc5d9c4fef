#!/usr/bin/env bash
# Make the secrets of the stack that are not there yet: secrets/<name>, one file each.
#
# Nobody but the owner may enter the folder. The files in it can be read by all, because the
# services that they are mounted into run as users of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
names=(postgres_password redis_password superset_secret_key superset_guest_token_secret
  superset_async_secret admin_password analyst_password risk_password)

mkdir -p secrets
chmod 0700 secrets
for name in "${names[@]}"; do
  file=secrets/$name
  if [ ! -e "$file" ]; then
    length=64
    case $name in admin_* | analyst_* | risk_*) length=20 ;; esac
    head -c 256 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | head -c "$length" > "$file.part"
    chmod 0444 "$file.part"
    mv "$file.part" "$file"
    echo "made $file"
  elif [ ! -f "$file" ] || [ ! -s "$file" ]; then
    cat >&2 << END
$file is no secret
  found:    a folder, or an empty file
  expected: a file with a secret
  fix:      remove it; \`make secrets\` makes it anew
END
    exit 1
  fi
done
