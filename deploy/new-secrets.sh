#!/bin/sh
# Makes the secret files that docker-compose.yml names, in a folder outside the repository:
#     deploy/new-secrets.sh /etc/accord/secrets && export ACCORD_SECRETS=/etc/accord/secrets
# The folder is closed to everybody else; the files are readable, because Compose mounts them one
# by one into containers that run under accounts of their own.
set -eu
folder="${1:?usage: new-secrets.sh FOLDER}"
if [ -e "$folder" ]; then
    echo "$folder is there already: nothing is overwritten" >&2
    exit 2
fi
mkdir -m 0700 "$folder"
password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
for service in intake placement billing; do
    password >"$folder/${service}_owner_password"
    password >"$folder/${service}_service_password"
done
head -c 32 /dev/urandom | base64 | tr -d '\n' >"$folder/intake_vault_key"
chmod 0444 "$folder"/*
