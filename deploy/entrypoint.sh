#!/bin/sh
# Hands the database password from its secret file to the PostgreSQL client library, which takes
# it from PGPASSWORD when the URL has none. So no URL with a password stands in any environment.
set -eu
if [ -n "${PGPASSWORD_FILE:-}" ]; then
    PGPASSWORD="$(cat "$PGPASSWORD_FILE")"
    export PGPASSWORD
fi
exec "$@"
