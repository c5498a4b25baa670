#!/bin/sh
# Makes the secret files that docker-compose.yml names, in a folder outside the repository:
#     deploy/new-secrets.sh /etc/accord/secrets && export ACCORD_SECRETS=/etc/accord/secrets
# The keys of logs and witnesses, and the policy that names them, are made by `accord` itself: from
# the PATH, or as ACCORD names it (after `make up` it is .venv/bin/accord).
# The folder is closed to everybody else; the files are readable, because Compose mounts them one
# by one into containers that run under accounts of their own.
set -eu
folder="${1:?usage: new-secrets.sh FOLDER}"
if [ -e "$folder" ]; then
    echo "$folder is there already: nothing is overwritten" >&2
    exit 2
fi
accord="${ACCORD:-accord}"
command -v "$accord" >/dev/null || {
    echo "there is no $accord: run \`make up\` once and say ACCORD=.venv/bin/accord" >&2
    exit 3
}
mkdir -m 0700 "$folder"
password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
for service in intake placement billing audit_usa audit_slv; do
    password >"$folder/${service}_owner_password"
    password >"$folder/${service}_service_password"
done
for service in intake placement billing; do
    "$accord" keys log "accord.example/$service/0" --out "$folder/${service}_log_key" >/dev/null
done
for party in usa slv; do
    "$accord" keys witness "audit.$party.accord.example" \
        --out "$folder/audit_${party}_witness_key" >/dev/null
done
"$accord" keys policy --out "$folder/policy" \
    --log "$folder/intake_log_key.pub=http://intake:8001" \
    --log "$folder/placement_log_key.pub=http://placement:8002" \
    --log "$folder/billing_log_key.pub=http://billing:8003" \
    --witness "$folder/audit_usa_witness_key.pub=http://audit-usa:8004" \
    --witness "$folder/audit_slv_witness_key.pub=http://audit-slv:8005" >/dev/null
for use in index current; do
    echo "$use $(head -c 32 /dev/urandom | base64 | tr -d '\n')"
done >"$folder/intake_vault_key"
chmod 0444 "$folder"/*
