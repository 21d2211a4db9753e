#!/bin/sh
# Restores an empty volume from the replica, then runs the release under Litestream.
# `entrypoint litestream ARGS` runs Litestream in the same environment, so that a check from outside sees what the app sees.
set -eu

# A release_command gets a machine without the volume: run only what was asked, never a second writer on the replica.
if [ "${RELEASE_COMMAND:-}" = 1 ]; then
	[ $# -gt 0 ] || exit 0
	exec "$@"
fi

: "${DATABASE_PATH:?DATABASE_PATH is not set (see [env] in fly.toml)}"
export LITESTREAM_CONFIG="${LITESTREAM_CONFIG:-/etc/litestream.yml}"

# The key pair is taken as a pair: LITESTREAM_* when set, else what `fly storage create` set (Litestream alone would prefer AWS_*).
if [ -z "${LITESTREAM_ACCESS_KEY_ID:-}${LITESTREAM_SECRET_ACCESS_KEY:-}" ]; then
	LITESTREAM_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-}"
	LITESTREAM_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-}"
	: "${LITESTREAM_ENDPOINT:=${AWS_ENDPOINT_URL_S3:-}}" "${LITESTREAM_REGION:=${AWS_REGION:-}}"
fi
: "${LITESTREAM_ACCESS_KEY_ID:=}" "${LITESTREAM_SECRET_ACCESS_KEY:=}" "${LITESTREAM_ENDPOINT:=}" "${LITESTREAM_REGION:=}"
export LITESTREAM_ACCESS_KEY_ID LITESTREAM_SECRET_ACCESS_KEY LITESTREAM_ENDPOINT LITESTREAM_REGION
# There is no metadata service on Fly: fail at once when credentials are missing.
export AWS_EC2_METADATA_DISABLED=true

if [ "${1:-}" = litestream ]; then exec "$@"; fi
[ $# -gt 0 ] || set -- /app/bin/server

if [ -z "${LITESTREAM_REPLICA_URL:-}" ] || [ -z "$LITESTREAM_ACCESS_KEY_ID" ] || [ -z "$LITESTREAM_SECRET_ACCESS_KEY" ]; then
	if [ "${LITESTREAM_REQUIRED:-true}" = true ]; then
		echo "entrypoint: LITESTREAM_REPLICA_URL or its credentials are not set; refusing to run an unprotected database (LITESTREAM_REQUIRED=false overrides)" >&2
		exit 78
	fi
	echo "entrypoint: WARNING: no replica configured, the database is UNPROTECTED" >&2
	exec "$@"
fi

# Bounded, because Litestream takes minutes to give up on an unreachable endpoint. A failure must stop the boot:
# starting empty would begin a new history over the old replica.
timeout "${LITESTREAM_RESTORE_TIMEOUT:-1800}" litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"

# Litestream's local state belongs to one replica. Kept beside another one, it silently stops replicating.
state="$(dirname "$DATABASE_PATH")/.$(basename "$DATABASE_PATH")-litestream"
replica="$LITESTREAM_ENDPOINT $LITESTREAM_REPLICA_URL"
if [ -d "$state" ] && [ "$(cat "$state.for" 2>/dev/null || :)" != "$replica" ]; then rm -rf "$state"; fi
printf %s "$replica" >"$state.for"

exec litestream replicate -exec "$*"
