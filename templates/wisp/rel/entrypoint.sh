#!/bin/sh
# Restores an empty volume from the replica, then runs the command of the image (CMD) under Litestream, as whoever USER is.
# `entrypoint litestream ARGS` runs Litestream in the same environment, so that a check from outside sees what the app sees.
set -eu

# 64 and 78 are EX_USAGE and EX_CONFIG: another start would end the same way.
refuse() {
	code=$1
	shift
	printf 'entrypoint: %s\n' "$*" >&2
	exit "$code"
}

[ $# -gt 0 ] || refuse 64 'nothing to run; the Dockerfile needs a CMD such as CMD ["/app/bin/server"]'

# The machines of a release_command and of machine checks have no volume: run what was asked, restore and replicate nothing.
if [ "${RELEASE_COMMAND:-}" = 1 ] || [ -n "${FLY_TEST_MACHINE_IP+set}" ]; then exec "$@"; fi

[ -n "${DATABASE_PATH:-}" ] || refuse 78 'DATABASE_PATH is not set (see [env] in fly.toml)'
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
command -v litestream >/dev/null || export PATH="${PATH:-/usr/bin:/bin}:/usr/local/bin"

if [ "$1" = litestream ]; then exec "$@"; fi

# Fly gives the volume's folder to USER, not what lies in it. Nothing is chowned here.
refuse_to_write() {
	place=$1
	while [ ! -e "$place" ]; do place=$(dirname "$place"); done
	owner=$(ls -ldn "$place" | sed -E 's/^[^ ]+ +[^ ]+ +([0-9]+) +([0-9]+).*/\1:\2/')
	refuse 78 "cannot write $1: $place belongs to $owner, and this runs as $(id -u):$(id -g)"
}

folder=$(dirname "$DATABASE_PATH")
mkdir -p "$folder" 2>/dev/null || refuse_to_write "$folder"
[ -w "$folder" ] || refuse_to_write "$folder"
[ ! -e "$DATABASE_PATH" ] || [ -w "$DATABASE_PATH" ] || refuse_to_write "$DATABASE_PATH"

if [ -z "${LITESTREAM_REPLICA_URL:-}" ] || [ -z "$LITESTREAM_ACCESS_KEY_ID" ] || [ -z "$LITESTREAM_SECRET_ACCESS_KEY" ]; then
	[ "${LITESTREAM_REQUIRED:-true}" != true ] ||
		refuse 78 'LITESTREAM_REPLICA_URL or its credentials are not set; refusing to run an unprotected database (LITESTREAM_REQUIRED=false overrides)'
	echo "entrypoint: WARNING: no replica configured, the database is UNPROTECTED" >&2
	exec "$@"
fi

# A machine on Fly without the volume would be a second writer on the replica.
if [ -n "${FLY_MACHINE_ID:-}" ]; then
	real=$(cd "$folder" && pwd -P)
	mount=
	while read -r _ point _; do
		case "$real/" in "$point"/*) mount=$point ;; esac
	done </proc/mounts
	[ -n "$mount" ] || refuse 78 "no volume is mounted at or above $folder; this machine must not write to the replica (see [[mounts]] in fly.toml)"
fi

# Bounded, because Litestream takes minutes to give up on an unreachable endpoint. A failure must stop the boot:
# starting empty would begin a new history over the old replica. The copy gets its name only after it was checked.
if [ ! -s "$DATABASE_PATH" ]; then
	[ ! -s "$DATABASE_PATH-wal" ] || refuse 78 "$DATABASE_PATH-wal is there without its database; move it away, so that the database can be restored"
	echo "entrypoint: $DATABASE_PATH is not there; restoring it from the replica, if there is one" >&2
	copy="$DATABASE_PATH.restoring"
	rm -f "$copy" "$copy-wal" "$copy-shm" "$copy.tmp" "$copy.tmp-wal" "$copy.tmp-shm"
	case "$(litestream version)" in
		v0.3.* | 0.3.*) check= ;;
		*) check="-integrity-check ${LITESTREAM_RESTORE_CHECK:-quick}" ;;
	esac
	# shellcheck disable=SC2086
	timeout "${LITESTREAM_RESTORE_TIMEOUT:-1800}" litestream restore $check -o "$copy" -if-replica-exists "$DATABASE_PATH"
	if [ -e "$copy" ]; then mv -f "$copy" "$DATABASE_PATH"; fi
fi

# Litestream's local state belongs to one replica. Kept beside another one, it silently stops replicating.
state="$folder/.$(basename "$DATABASE_PATH")-litestream"
replica="$LITESTREAM_ENDPOINT $LITESTREAM_REPLICA_URL"
if [ -d "$state" ] && [ "$(cat "$state.for" 2>/dev/null || :)" != "$replica" ]; then rm -rf "$state"; fi
printf %s "$replica" >"$state.for"

# A shell that waits for the app dies of the signal that stops the machine, and leaves the app behind. So all that it started gets the
# signal too, and Litestream sends the last changes when all of it has ended.
case "$(basename -- "$1") ${2:-}" in
	"sh -c" | "dash -c" | "ash -c" | "bash -c")
		if command -v setsid >/dev/null; then
			set -- sh -c '
				setsid "$@" &
				child=$! stopped=
				stop() {
					stopped=1
					read -r name </proc/$child/comm || name=sh
					case "$name" in *sh | busybox) kill -TERM -$child ;; *) kill -TERM $child ;; esac
				}
				is_running() {
					for stat in /proc/[0-9]*/stat; do
						{ read -r line <"$stat"; } 2>/dev/null || continue
						set -- ${line##*") "}
						if [ "$3" = $child ] && [ "$1" != Z ]; then return 0; fi
					done
					return 1
				}
				trap stop TERM INT
				code=0
				wait $child || code=$?
				[ -n "$stopped" ] || exit $code
				while is_running; do sleep 0.1; done
				exit 0' sh "$@"
		fi
		;;
esac

# Litestream splits -exec into words without a shell: each is quoted, so that all arrive as they are.
command=
for word in "$@"; do
	quoted=$(printf %s. "$word" | sed "s/'/'\\\\''/g")
	command="$command '${quoted%.}'"
done
exec litestream replicate -exec "$command"
