/**
The part that restores as a boot does, and compares the copy with the database as of each commit since the start. In WAL mode the database
at a commit is, page by page, the page's last frame in the WAL up to it, else the page in the main file, which only checkpoints write.

Both are read while the reader is there. What takes long is done with a copy of the WAL, after the reader: Litestream 0.3 restarts a long WAL
under the write lock, and waits for readers, so that writers would wait too.

`GOMEMLIMIT` holds the restore of 500 MB below 80 MB instead of 110, since a machine may have 256 MB, and costs no time.

`compare` returns 0 for a match, 1 for none, 2 when the WAL was reset or a checkpoint passed the start, and 3 when too much is in the WAL.
@see https://www.sqlite.org/fileformat2.html#the_write_ahead_log
*/
export const comparePart = `
restore() {
	rm -f "$R"*
	began=$(now)
	if [ -n "$CONFIG" ]; then set -- -config "$CONFIG"; else set --; fi
	GOMEMLIMIT=48MiB timeout "$LIMIT" $LITESTREAM restore "$@" -o "$R" "$DB" >"$D/said" 2>&1 3>&- &
	child=$!
	while kill -0 "$child" 2>/dev/null; do
		sleep 0.1
		if [ $(($(now) - began)) -ge 3000 ] && ! ls "$R"* >/dev/null 2>&1; then
			kill "$child"
			wait "$child"
			child=
			return 125
		fi
		watch
	done
	wait "$child"
	code=$?
	child=
	restore_ms=$((($(now) - began) * 10))
	return $code
}
frames() {
	[ -s "$D/wal" ] || return 0
	od -An -v -tx1 -w"$fs" "$D/wal" | cut -c1-24 | awk -v f="$filled0" '
		function h(s, i, v) { v = 0; for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return v }
		{ f++; print f, h($1 $2 $3 $4), h($5 $6 $7 $8) }'
}
compare() {
	match=- other=0 off=-1
	ps=$(od -An -v -tu1 -j16 -N2 "$R" | awk '{v = $1 * 256 + $2; print v == 1 ? 65536 : v}')
	[ "$ps" -ge 512 ] 2>/dev/null || { other=1; return 1; }
	fs=$((ps + 24)) bytes=$(size "$R")
	count=$((bytes / ps)) main=$(($(size "$DB") / ps))
	[ $((bytes % ps)) = 0 ] || { other=$count; return 1; }
	position && [ "$salt" = "$salt0" ] || return 2
	last=$frame
	[ $((last - filled0)) -le 20000 ] && [ $((count - main)) -le 20000 ] || return 3
	tail -c +$((33 + filled0 * fs)) "$DB-wal" 2>/dev/null | head -c $(((last - filled0) * fs)) >"$D/wal"
	cmp -l -n "$bytes" "$R" "$DB" 2>/dev/null | awk -v ps="$ps" -v most=$((last - filled0 + 1000)) '
		{ p = int(($1 - 1) / ps) + 1; if (p != l) { print p; l = p; if (++n > most) exit } }' >"$D/differ"
	position && [ "$salt" = "$salt0" ] && [ "$(size "$D/wal")" = $(((last - filled0) * fs)) ] || return 2
	[ "$attempted" -le "$last" ] || return 2
	let_go
	frames >"$D/frames"
	p=$main
	while [ $p -lt $count ]; do
		p=$((p + 1))
		echo $p
	done >>"$D/differ"
	awk -v s="$frame0" -v n="$count" '
		$2 <= n { if ($1 <= s) l[$2] = $1; else print $1, $2 }
		END { for (p in l) print l[p], p }' "$D/frames" | sort -n | while read -r f p; do
		cmp -s -n "$ps" "$D/wal" "$R" $(((f - 1 - filled0) * fs + 24)) $(((p - 1) * ps)) && b=0 || b=1
		echo "$f $p $b"
	done >"$D/held"
	awk 'NR == FNR { w[$2]; next } !($1 in w)' "$D/frames" "$D/differ" | while read -r p; do
		[ "$p" -gt "$main" ] && cmp -s -n "$ps" /dev/zero "$R" 0 $(((p - 1) * ps)) && echo "$p"
	done >"$D/zero"
	set -- $(awk -v s="$frame0" -v np="$pages0" -v n="$count" -v at="$attempted" -v F="$D/frames" -v B="$D/held" -v D="$D/differ" -v Z="$D/zero" '
		BEGIN {
			while ((getline x < Z) > 0) z[x]
			while ((getline x < D) > 0) if (!(x in z) && x <= n) off[x] = 1
			while ((getline x < B) > 0) { split(x, a, " "); bad[a[1]] = a[3] }
			while ((getline x < F) > 0) { split(x, a, " "); m++; fr[m] = a[1]; pg[m] = a[2]; sz[m] = a[3]; any[a[2]] }
			for (i = 1; i <= m && fr[i] <= s; i++) if (fr[i] in bad) off[pg[i]] = bad[fr[i]]
			c = 0; for (p in off) { c += off[p]; if (off[p] && !(p in any)) u++ }
			best = -1; e = "-"
			if (np == n) { best = c; if (c == 0 && s >= at) e = s }
			for (; i <= m; i++) {
				if (fr[i] in bad) { c += bad[fr[i]] - off[pg[i]]; off[pg[i]] = bad[fr[i]] }
				if (sz[i] == n) { if (best < 0 || c < best) best = c; if (c == 0 && fr[i] >= at && e == "-") e = fr[i] }
			}
			print e, u + 0, best
		}')
	match=$1 other=$2 off=$3
	[ "$match" != - ] && return 0
	[ "$attempted" -gt "$frame0" ] && return 2
	return 1
}
`;
