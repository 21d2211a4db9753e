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
	# shellcheck disable=SC2012
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

state="$folder/.$(basename "$DATABASE_PATH")-litestream"
tell() { printf 'entrypoint: %s\n' "$*" >&2; }

# Restores into a file beside the database, which gets its name only after it was checked. Sets $code: 65 is a damaged copy,
# 75 a storage that does not answer, 78 one that refuses; and $why.
restore() {
	rm -f "$copy"*
	# shellcheck disable=SC2086
	timeout "$longest" litestream restore $check "$@" -o "$copy" -if-replica-exists "$DATABASE_PATH" >"$copy.log" 2>&1 &
	child=$! begun=$(date +%s) told=0 silent=
	trap 'kill $child; exit 143' TERM INT
	while kill -0 $child 2>/dev/null; do
		sleep 0.1 2>/dev/null || sleep 1
		seconds=$(($(date +%s) - begun))
		[ $seconds -ge $((told + 5)) ] || continue
		told=$seconds
		size=$(stat -c %s "$copy.tmp" 2>/dev/null || stat -c %s "$copy" 2>/dev/null || echo 0)
		tell "restoring for $seconds s, $((size / 1048576)) MB so far"
		# Litestream itself takes minutes to give up on an endpoint that is not there.
		if [ "$size" = 0 ] && [ $seconds -ge $((patience / 4)) ]; then silent=1 && kill $child; fi
	done
	code=0
	wait $child || code=$?
	trap - TERM INT
	said=$(cat "$copy.log")
	rm -f "$copy.log"
	[ -z "$said" ] || printf '%s\n' "$said"
	if [ $code = 0 ] && [ -e "$copy" ] && [ -z "$check" ] && command -v sqlite3 >/dev/null; then
		said=$(sqlite3 "$copy" 'PRAGMA quick_check' 2>&1) || :
		rm -f "$copy-wal" "$copy-shm"
		case "$said" in ok | *'no such module'* | *'unable to open'*) ;; *) code=65 why="the copy is damaged: $said" ;; esac
	fi
	[ $code != 0 ] && [ $code != 65 ] || return 0
	rm -f "$copy"*
	if [ $code = 124 ] && [ -z "$silent" ]; then
		why="the restore took longer than $longest s (LITESTREAM_RESTORE_TIMEOUT)"
		[ ! -e "$marker" ] || return 0
		refuse 75 "$why; nothing was started"
	fi
	case "$said" in
		*SignatureDoesNotMatch* | *InvalidAccessKeyId* | *XAdminUserNotFound* | *AccessDenied* | *NoCredentialProviders* | *'EC2 IMDS'* | *'tatus code: 40'[13]* | *'tatusCode: 40'[13]*)
			code=78 why='the storage rejects the key pair' ;;
		*NoSuchBucket*) code=78 why='the bucket does not exist' ;;
		*AuthorizationHeaderMalformed* | *PermanentRedirect*) code=78 why='the bucket is in another region' ;;
		*'o space left'* | *'disk is full'*) code=78 why='the volume is full' ;;
		*'database not found'* | *'heartbeat URL'* | *'url scheme'* | *'replica path required'*) code=78 why="$LITESTREAM_CONFIG does not fit" ;;
		*'decode database'* | *'integrity check'* | *lz4* | *contiguous* | *nonsequential* | *'unexpected EOF'* | *'no snapshots'* | *'wal segment'*)
			code=65 why='the newest copy is damaged' ;;
		*) code=75 why='the storage does not answer' ;;
	esac
}

# The times of what the replica holds, newest first.
list_points() {
	case "$check" in
		'') timeout 60 litestream snapshots "$DATABASE_PATH" && timeout 60 litestream wal "$DATABASE_PATH" ;;
		*) timeout 60 litestream ltx -level all -json "$DATABASE_PATH" ;;
	esac 2>&1 | grep -oE '20[0-9-]{8}T[0-9:]{8}Z' | sort -ru
}

# Looks for the newest moment that can be restored: 1, 2, 4, 8 ... points back, then between the last two.
restore_older() {
	list_points >"$copy.points"
	points=$(cat "$copy.points")
	low=0 high=0 step=1 last=$(printf '%s\n' "$points" | grep -c .) || :
	while [ $low -lt "$last" ] && [ $((high - low)) != 1 ]; do
		if [ $high = 0 ]; then at=$((low + step < last ? low + step : last)) step=$((step * 2)); else at=$(((low + high) / 2)); fi
		point=$(printf '%s\n' "$points" | sed -n "${at}p")
		restore -timestamp "$point"
		case $code in
			0) if [ -e "$copy" ]; then high=$at found=$point; else low=$at; fi ;;
			65) low=$at ;;
			*) case "$said" in *'no matching backup'*) low=$at ;; *) refuse $code "$why; nothing was started" ;; esac ;;
		esac
	done
	[ $high != 0 ] || refuse 78 'the replica has no restore point that passes its check; nothing was started, and nothing in the storage was changed'
	# A line that breaks off looks like damage: the newest one gets a last chance.
	restore
	if [ $code = 0 ] && [ -e "$copy" ]; then found= && return 0; fi
	restore -timestamp "$found"
	[ $code = 0 ] && [ -e "$copy" ] || refuse 75 "$why; nothing was started"
	tell "newest copy damaged, used $found"
}

# The time of the newest change in the replica, by the storage's own clock. Nothing when it is empty or does not answer.
find_newest() {
	listed=$(
		exec 2>&1
		if [ -n "$check" ]; then timeout 5 litestream ltx -level 0 "$DATABASE_PATH"; else timeout 5 litestream wal "$DATABASE_PATH"; fi
	) || return 0
	case "$listed" in *ERROR*) return 0 ;; esac
	printf '%s\n' "$listed" | grep -oE '20[0-9-]{8}T[0-9:]{8}Z' | sort | tail -n 1
}

# A second writer destroys the replica. Its changes keep coming while nothing runs here: one may be the last of our own earlier process,
# and a list may lag, but neither brings one in each of three pauses. A writer that is idle meanwhile cannot be seen.
refuse_second_writer() {
	newest=$(find_newest)
	[ -n "$newest" ] || return 0
	for pause in "$watch" 5 5; do
		sleep "$pause" || return 0
		before=$newest
		newest=$({ printf '%s\n' "$before" && find_newest; } | sort | tail -n 1)
		[ "$newest" != "$before" ] || return 0
		tell "the replica got a change at $newest that this machine did not send"
	done
	refuse 75 "another machine writes to $LITESTREAM_REPLICA_URL, and a second writer would destroy the replica; nothing was started." \
		'Find it with fly machine list, or among other apps with these secrets: stop it, or give one of the two an empty prefix'
}

# `phxfly restore` leaves a marker: an id, until when it holds, and the time to go back to. Each step can be repeated, so the next boot ends what
# this one began. The old database stays whole in a folder, with its WAL and Litestream's state. If nothing can be restored, it boots as it is.
go_back() {
	read -r id limit at <"$marker" || :
	before="$DATABASE_PATH.before-$id" new="$DATABASE_PATH.before-$id/restored" copy="$DATABASE_PATH.restored"
	if [ ! -e "$new" ] && [ ! -e "$before/$(basename "$DATABASE_PATH")" ]; then
		code=1 why='the request is too old'
		if [ "$(date +%s)" -le "$limit" ]; then
			tell "restoring $DATABASE_PATH as of $at"
			for pause in 2 4 ''; do
				restore -timestamp "$at"
				[ $code != 65 ] || why='the copy of that time is damaged'
				case "$said" in *'no matching backup'*) code=1 why='the replica has nothing of that time' ;; esac
				[ $code = 75 ] && [ -n "$pause" ] || break
				tell "$why; trying again in $pause s"
				sleep $pause
			done
			if [ $code = 0 ] && ! { sync && mkdir -p "$before" && mv "$copy" "$new"; }; then code=1 why='the volume cannot be written'; fi
		fi
		if [ $code != 0 ]; then
			rm -f "$copy"*
			rmdir "$before" 2>/dev/null || :
			tell "$why; the database stays as it is"
			printf '%s\n' "$why" >>"$marker" || :
			mv "$marker" "$marker.failed"
			return 0
		fi
	fi
	if [ -e "$new" ]; then
		for file in "$DATABASE_PATH-wal" "$DATABASE_PATH-shm" "$DATABASE_PATH" "$state"; do
			[ -e "$file" ] || continue
			to="$before/$(basename "$file")"
			# A look into the database meanwhile leaves an empty WAL.
			[ ! -e "$to" ] || to="$to.$(date +%s)"
			mv "$file" "$to"
		done
		mv "$new" "$DATABASE_PATH"
	fi
	rm -f "$copy"*
	date -u +%Y-%m-%dT%H:%M:%SZ >>"$marker" || :
	mv "$marker" "$before/marker"
	tell "the database is as of $at; the old one is in $before"
}

case "$(litestream version)" in
	v0.3.* | 0.3.*) check= ;;
	*) check="-integrity-check ${LITESTREAM_RESTORE_CHECK:-quick}" ;;
esac
watch=${LITESTREAM_WATCH:-2}
[ "$watch" = 0 ] || refuse_second_writer

longest=${LITESTREAM_RESTORE_TIMEOUT:-1800} patience=${LITESTREAM_RESTORE_PATIENCE:-120} marker="$DATABASE_PATH.restore"
if [ -e "$marker" ]; then go_back; fi

# A failure must stop the boot: starting empty would begin a new history over the old replica.
if [ ! -s "$DATABASE_PATH" ]; then
	[ ! -s "$DATABASE_PATH-wal" ] || refuse 78 "$DATABASE_PATH-wal is there without its database; move it away, so that the database can be restored"
	tell "$DATABASE_PATH is not there; restoring it from the replica, if there is one"
	copy="$DATABASE_PATH.restoring"
	pause=2 damaged="" found="" end=$(($(date +%s) + patience))
	while restore && [ $code != 0 ]; do
		[ $code != 78 ] || refuse 78 "$why; nothing was started"
		if [ $code = 65 ] && [ -n "$damaged" ]; then restore_older && break; fi
		[ $code = 75 ] || damaged=1
		[ $code = 65 ] || [ "$(date +%s)" -lt $end ] || refuse 75 "$why (LITESTREAM_RESTORE_PATIENCE); nothing was started"
		tell "$why; trying again in $pause s"
		sleep $pause
		pause=$((pause < 16 ? pause * 2 : 16))
	done
	if [ -e "$copy" ]; then
		[ -z "$found" ] || : >"$state.damaged"
		mv -f "$copy" "$DATABASE_PATH"
	elif [ -n "$(list_points)" ]; then
		refuse 78 'the replica holds something, but nothing that Litestream can restore; starting empty would write over it'
	fi
	rm -f "$copy"*
fi

# Litestream's local state belongs to one replica. Kept beside another one, it silently stops replicating.
replica="$LITESTREAM_ENDPOINT $LITESTREAM_REPLICA_URL"
if [ -d "$state" ] && [ "$(cat "$state.for" 2>/dev/null || :)" != "$replica" ]; then rm -rf "$state" "$state.damaged"; fi
printf %s "$replica" >"$state.for"

# 0.3 begins anew behind a damaged object. 0.5 would go on from it: a restore needs a snapshot after it.
if [ -e "$state.damaged" ]; then
	rm -rf "$state"
	[ -z "$check" ] || timeout 1800 litestream replicate -once -force-snapshot >/dev/null 2>&1 ||
		refuse 78 'the restored database is on the volume, but Litestream cannot go on behind the damaged object: set LITESTREAM_REPLICA_URL to an empty prefix'
	rm -f "$state.damaged"
fi

# Litestream leaves out its last sync when its child fails, so after the signal this reports the code and ends with 0. A shell that waits
# for the app dies of that signal, and leaves the app behind: all that it started gets the signal too, and is waited for.
group=
case "$(basename -- "$1") ${2:-}" in
	"sh -c" | "dash -c" | "ash -c" | "bash -c") if command -v setsid >/dev/null; then group=setsid; fi ;;
esac
# shellcheck disable=SC2016
set -- sh -c '
	group=$1
	shift
	exec 3<&0
	$group "$@" <&3 3<&- &
	child=$! stopped= name=
	exec 3<&-
	stop() {
		stopped=1
		[ -z "$group" ] || read -r name 2>/dev/null </proc/$child/comm || name=sh
		case "$name" in *sh | busybox) kill -TERM -$child ;; *) kill -TERM $child ;; esac 2>/dev/null
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
	while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
	[ -z "$group" ] || while is_running; do sleep 0.1; done
	case $code in 0 | 143) ;; *) echo "entrypoint: the command ended with $code after the signal" >&2 ;; esac
	# Litestream 0.3 waits without end for a storage that does not answer; Fly kills after kill_timeout, 60 s in our fly.toml.
	{
		left=40
		while [ $left -gt 0 ] && kill -0 $PPID 2>/dev/null; do sleep 1 && left=$((left - 1)); done
		[ $left -gt 0 ] || { echo "entrypoint: the storage does not answer; the last changes are only on the volume" >&2 && kill -KILL $PPID; }
	} &
	exit 0' sh "$group" "$@"

# Litestream splits -exec into words without a shell: each is quoted, so that all arrive as they are.
command=
for word in "$@"; do
	quoted=$(printf %s. "$word" | sed "s/'/'\\\\''/g")
	command="$command '${quoted%.}'"
done
exec litestream replicate -exec "$command"
