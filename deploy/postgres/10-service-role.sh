#!/bin/sh
# Run once by the postgres image, when it makes a new data folder: the login of the service.
# It belongs to accord_service, to which the migrations grant, and owns nothing itself.
set -eu
ACCORD_NEW_PASSWORD="$(cat "$ACCORD_SERVICE_PASSWORD_FILE")"
export ACCORD_NEW_PASSWORD
psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=role="$ACCORD_SERVICE_ROLE" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password ACCORD_NEW_PASSWORD
CREATE ROLE accord_service NOLOGIN;
CREATE ROLE :"role" LOGIN PASSWORD :'password' IN ROLE accord_service;
SQL
