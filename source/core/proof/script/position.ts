/**
The part that reads SQLite's own position, from the header of the WAL index, and that holds a read transaction, so that neither the WAL is
reset nor a checkpoint passes it. Writers never wait for it.

The reader leaves before Litestream would have to wait for it (`most`): 0.3 restarts a WAL of 10,000 frames, and 0.5 truncates one of 120,000.

Both copies of the header must agree: bytes 16 (last frame), 20 (pages), 32 and 36 (salts), 96 (backfilled), 128 (backfill attempted).
@see https://www.sqlite.org/walformat.html#the_wal_index_file_format
*/
export const positionPart = String.raw`
position() {
	k=0
	while [ $k -lt 20 ]; do
		k=$((k + 1))
		set -- $(od -An -v -tu4 -N136 "$DB-shm" 2>/dev/null)
		[ $# -ge 34 ] || return 1
		frame=$5 pages=$6 salt=$9
		shift 9
		salt=$salt.$1 copy="$8 $9"
		shift 9
		copy="$copy $3.$4" filled=$7
		shift 9
		attempted=$6
		[ "$attempted" -lt "$filled" ] && attempted=$filled
		[ "$frame $pages $salt" = "$copy" ] && return 0
	done
	return 1
}
hold() {
	command -v sqlite3 >/dev/null 2>&1 || return 1
	rm -f "$D/fifo"
	mkfifo "$D/fifo" || return 1
	sqlite3 -readonly -batch "$DB" <"$D/fifo" >"$D/read" 2>"$D/refused" &
	reader=$!
	exec 3>"$D/fifo"
	printf '.timeout 2000\nBEGIN;\nSELECT rootpage FROM sqlite_master LIMIT 1;\nSELECT %s;\n' "'op'||'en'" >&3
	k=0
	while [ $k -lt 100 ]; do
		grep -q '^open' "$D/read" && return 0
		[ -s "$D/refused" ] && break
		k=$((k + 1))
		sleep 0.05
	done
	release
	return 1
}
watch() {
	[ -n "$reader" ] || return 0
	if [ $(($(now) - began0)) -ge $((HOLD * 100)) ] || { position && [ "$frame" -gt "$most" ]; }; then
		let_go
		held_reader=early
	fi
}
watched_sleep() {
	slept=$(now)
	while [ $(($(now) - slept)) -lt 250 ]; do
		sleep 0.2
		watch
	done
}
let_go() {
	[ -n "$reader" ] && held_ms=$((($(now) - began0) * 10))
	release
}
release() {
	[ -n "$reader" ] || return 0
	printf 'COMMIT;\n.quit\n' >&3
	exec 3>&-
	wait "$reader" 2>/dev/null
	reader=
}
`;
