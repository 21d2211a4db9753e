/**
The part that runs: `start` starts it detached, `poll` waits a moment, and prints the report or the stage it is in, `stop` ends it and removes everything. A run
that is never stopped ends by itself at its deadline, and its folder is removed 15 minutes later, or by the next start.
*/
export const runPart = String.raw`
now() {
	IFS='. ' read -r whole part rest </proc/uptime
	echo "$whole$part"
}
size() { stat -c %s "$1" 2>/dev/null || echo 0; }
note() { printf '%s\n' "$@" >>"$D/found"; }
quote() { grep -v '^SDK .* WARN ' "$1" | tail -n 3 | cut -c1-400 | tr '\n' ' '; }
finish() {
	release
	[ -n "$child" ] && kill "$child" 2>/dev/null
	rm -f "$R"* "$D/fifo" "$D/frames" "$D/differ" "$D/wal"
}
conclude() {
	note "last=$last" "rounds=$n" "seconds=$((($(now) - t0) / 100))" "took_ms=$((($(now) - t0) * 10))" end
	mv "$D/found" "$D/report"
	exit 0
}
litestream() {
	name=$1
	shift
	[ -z "$CONFIG" ] || set -- -config "$CONFIG" "$@"
	timeout "$PATIENCE" $LITESTREAM "$name" "$@" "$DB"
}
missing_tools() {
	for t in awk base64 cmp cut df grep head mkfifo od readlink sed sort stat tail timeout tr; do
		command -v $t >/dev/null 2>&1 || echo $t
	done
	printf abcdefgh >"$D/one"
	printf xbcdefgy >"$D/two"
	[ "$(od -An -v -tx1 -w2 -j 4 -N 4 "$D/one" | tr -d ' ' | tr '\n' .)" = 6566.6768. ] || echo 'od -w'
	cmp -s -n 3 "$D/one" "$D/two" 1 1 && ! cmp -s -n 2 "$D/one" "$D/two" 6 6 || echo 'cmp -n'
	[ "$(cmp -l -n 8 "$D/one" "$D/two" | awk '{ printf "%s ", $1 }')" = '1 8 ' ] || echo 'cmp -l'
	[ "$(stat -L -c %s "$D/one")" = 8 ] || echo 'stat -c'
	timeout 5 true || echo timeout
	sleep 0.01 || echo 'sleep 0.1'
}
sync_now() {
	sync=none
	[ "$is05" = 1 ] || { watched_sleep; return 0; }
	for s in $SOCKETS; do
		[ -S "$s" ] || continue
		if timeout 30 $LITESTREAM sync -wait -timeout 20 -socket "$s" "$DB" >"$D/sync.said" 2>&1; then
			sync=ok
			return 0
		fi
		if grep -q 'control socket.*\(refused\|no such file\|denied\)\|database not found' "$D/sync.said"; then
			sync=unheard
			continue
		fi
		sync=failed
		return 1
	done
	watched_sleep
}
is_silent() { grep -q 'deadline exceeded\|Client.Timeout\|[Tt]imed out' "$1"; }
is_hopeless() {
	grep -q 'SignatureDoesNotMatch\|InvalidAccessKeyId\|AccessDenied\|XAdminUser\|NoSuchBucket\|TooSkewed\|no EC2 IMDS\|NoCredentialProviders\|AuthorizationHeaderMalformed\|PermanentRedirect\|connection refused\|no such host\|[Cc]ode: 403' "$1"
}
round() {
	position || { last=no-wal-index; return 1; }
	salt0=$salt filled0=$filled
	if hold; then held_reader=yes; else held_reader=no; fi
	position && [ "$salt" = "$salt0" ] || { release; last=moved; return 1; }
	frame0=$frame pages0=$pages most=$((frame + 32000)) began0=$(now) as_of=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	[ "$is05" = 1 ] || most=7000
	echo sync >"$D/stage"
	own0=$(own_top)
	if ! sync_now; then
		release
		last=sync-failed
		is_silent "$D/sync.said" && silent=$((silent + 1)) && last=sync-silent
		[ $silent -lt 2 ] && ! is_hopeless "$D/sync.said"
		over=$?
		return 1
	fi
	echo restore >"$D/stage"
	restore
	code=$?
	if [ $code != 0 ]; then
		release
		last=restore-failed
		case $code in 124 | 137 | 143) last=restore-too-long ;; 125) last=restore-silent ;; esac
		[ $last = restore-failed ] && ! is_hopeless "$D/said"
		over=$?
		return 1
	fi
	echo compare >"$D/stage"
	compare
	code=$?
	let_go
	case $code in
	0) last=match ;;
	2) last=moved ;;
	3) last=busy ;;
	*) if [ "$other" -gt 0 ]; then last=other; else last=behind; fi ;;
	esac
	return $code
}
count_sent() { sed -n 's/^wchar: //p' "/proc/$process/io" 2>/dev/null | grep . || echo 0; }
check() {
	command -v sqlite3 >/dev/null 2>&1 || { echo unchecked; return; }
	timeout "$LIMIT" sqlite3 -readonly "$1" "PRAGMA $CHECK(3)" 2>&1 | head -n 3 | tr '\n' ' '
}
count_rows() {
	command -v sqlite3 >/dev/null 2>&1 || return 0
	sqlite3 -readonly "$1" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_litestream_*' ORDER BY name LIMIT 50" >"$D/tables" 2>/dev/null || return 0
	note counted=yes
	while IFS= read -r t; do
		q=$(printf '%s' "$t" | sed 's/"/""/g')
		note "row=$t|$(timeout 120 sqlite3 -readonly "$1" "SELECT count(*) FROM \"$q\"" 2>&1 </dev/null | tail -n 1)"
	done <"$D/tables"
}
run() {
	n=0 reader= child= held_reader=no held_ms=0 silent=0 over=0 last=none sync=none own0= PATIENCE=30 t0=$(now)
	trap '' PIPE
	trap finish EXIT
	trap 'exit 143' TERM INT HUP
	tools=$(missing_tools 2>/dev/null | tr '\n' ' ')
	[ -z "$tools" ] || { note "tools=$tools"; last=no-tools; conclude; }
	[ -f "$DB" ] || { last=no-database; conclude; }
	version=$($LITESTREAM version 2>/dev/null | sed -n 's/^v\{0,1\}\([0-9]\.[0-9].*\)/\1/p' | head -n 1)
	[ -n "$version" ] || { last=no-litestream; conclude; }
	case $version in 0.3.*) is05=0 ;; *) is05=1 ;; esac
	need=$((($(size "$DB") * 2 + $(size "$DB-wal")) / 1024 + 32768))
	free=$(df -Pk "$D" | awk 'NR == 2 { print $4 }')
	look_patiently
	note "version=$version" "bytes=$(size "$DB")" "wal=$(size "$DB-wal")" "need=$need" "free=$free" "process=$process" "held=$held" "stopped=$stopped"
	is_full && note full=yes
	case $process.$held.$stopped in
	none.* | *.swapped.* | *.yes) last=not-replicating; conclude ;;
	other.*)
		sync_now || note "sync=failed" "sync_said=$(quote "$D/sync.said")"
		bucket
		note "list=$list" "list_said=$(quote "$D/list.said" 2>/dev/null)"
		last=not-replicating
		conclude
		;;
	esac
	[ "$need" -le "$free" ] || { last=no-room; conclude; }
	sent0=$(count_sent)
	while [ $n -lt 4 ] && [ $over = 0 ]; do
		[ $n = 0 ] || sleep $((n * 2 - 1))
		n=$((n + 1))
		round && break
	done
	echo causes >"$D/stage"
	[ $last = match ] && note "as_of=$as_of" "pages=$count" "copy=$(size "$R")" "start=$frame0" "at=$match" "check=$(check "file:$R?immutable=1")"
	[ $last = match ] && [ "$COUNT" = yes ] && count_rows "file:$R?immutable=1"
	note "sync=$sync" "reader=$held_reader" "held_ms=$held_ms" "restore_ms=$restore_ms" "other=$other" "off=$off"
	[ $sync = ok ] || note "sync_said=$(quote "$D/sync.said" 2>/dev/null)"
	case $last in restore-*) note "restore_said=$(quote "$D/said")" ;; esac
	look
	note "process=$process" "held=$held" "stopped=$stopped"
	is_full && note full=yes
	case $last in sync-silent) PATIENCE=10 ;; esac
	case $last in restore-silent) list=silent ;; *) bucket ;; esac
	note "list=$list" "objects=$objects" "snapshot=$snapshot" "newer=$newer" "lacks=$lacks" "differ=$differ" "short=$short" "arrived=$arrived" "hole=$hole"
	[ "$last" != match ] && [ "$list.$own_objects" = ok.0 ] && [ $(($(count_sent) - sent0)) -gt 1000000 ] && note sending=yes
	[ $list = ok ] || note "list_said=$(quote "$D/list.said")"
	[ $last = other ] && note "live_check=$(check "$DB")"
	conclude
}
list_processes() { cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n'; }
sweep() {
	all=$(list_processes)
	for f in /tmp/phxfly-verify-*; do
		case "$f $all" in "$D "* | *"$f/"*) ;; *) rm -rf "$f" ;; esac
	done
}
signal_others() {
	none=1
	for p in /proc/[0-9]*; do
		case $(tr '\0' ' ' 2>/dev/null <"$p/cmdline") in
		*"prove.sh stop"*) ;;
		*"$D/"*) none=0; kill -$1 "$(basename "$p")" 2>/dev/null ;;
		esac
	done
	return $none
}
stop() {
	for signal in TERM KILL; do
		signal_others $signal || break
		for k in 1 2 3 4 5; do
			sleep 0.1
			signal_others 0 || break
		done
	done
	rm -rf "$D"
}
umask 077
LC_ALL=C
export LC_ALL
D=$(dirname "$0") DB=$DATABASE_PATH
R=$D/copy.db STATE=$(dirname "$DB")/.$(basename "$DB")-litestream
case $1 in
start)
	[ ! -f "$D/stage" ] || exit 0
	echo start >"$D/stage"
	sweep
	session=
	command -v setsid >/dev/null 2>&1 && session=setsid
	$session sh "$0" guard >/dev/null 2>&1 </dev/null &
	;;
guard)
	trap '' HUP
	timeout "$DEADLINE" sh "$0" run 2>"$D/trace"
	rm -f "$R"*
	if [ ! -f "$D/report" ]; then
		note last=deadline end
		mv "$D/found" "$D/report"
	fi
	sleep 900
	rm -rf "$D"
	;;
run) run ;;
poll)
	for k in 1 2 3 4 5 6 7 8; do
		[ ! -f "$D/report" ] || break
		sleep 0.2
	done
	cat "$D/report" 2>/dev/null && exit 0
	case $(list_processes | tr '\n' ' ') in
	*"prove.sh start "* | *"$D/prove.sh guard "*) sed 's/^/stage=/' "$D/stage" ;;
	*) cat "$D/report" 2>/dev/null || echo stage=gone ;;
	esac
	;;
stop) stop ;;
esac
`;
