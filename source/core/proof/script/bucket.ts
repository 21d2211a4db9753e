/**
The part that lists the bucket, and says how that agrees with Litestream's own files: `newer` (the bucket is beyond them), `lacks` (it is
behind those from before the sync), `differ` (objects that this Litestream did not write), `short` (of these, the shorter ones), and `hole` (the chain has a gap).

Two programs that write one replica leave objects of the same name and another size in 0.5, and generations that grow side by side in 0.3.
*/
export const bucketPart = String.raw`
bucket() {
	list=ok objects=0 own_objects=0 newer=0 lacks=0 differ=0 short=0 arrived=0 snapshot=no hole=
	if [ "$is05" = 1 ]; then bucket5; else bucket3; fi
}
own_top() { ls "$STATE/ltx/0" 2>/dev/null | sed -n 's/^[0-9a-f]*-\([0-9a-f]*\)\.ltx$/\1/p' | sort | tail -n 1; }
is_above() { [ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort | tail -n 1)" = "$1" ]; }
bucket5() {
	litestream ltx -level all -json >"$D/list" 2>"$D/list.said" || { list=failed; return; }
	tr '{' '\n' <"$D/list" | tr -d ' \n' | sed 's/"level":/\n/g' | sed -n 's/^\([0-9]*\),"min_txid":"\{0,1\}\([0-9a-f]*\)"\{0,1\},"max_txid":"\{0,1\}\([0-9a-f]*\)"\{0,1\},"size":\([0-9]*\).*/\1 \2 \3 \4/p' >"$D/rows"
	objects=$(grep -c . "$D/rows")
	own_objects=$objects
	grep -q '^9 ' "$D/rows" && snapshot=yes
	top=$(cut -d' ' -f3 "$D/rows" | sort | tail -n 1)
	is_above "$top" "$(own_top)" && newer=1
	is_above "$own0" "$top" && lacks=1
	while read -r level from to bytes; do
		f="$STATE/ltx/0/$from-$to.ltx"
		[ "$level" = 0 ] && [ -f "$f" ] || continue
		own=$(size "$f")
		[ "$own" = "$bytes" ] || differ=$((differ + 1))
		[ "$own" -le "$bytes" ] || short=$((short + 1))
	done <"$D/rows"
	hole=$(sort -k2,2 -k3,3r "$D/rows" | awk '
		function h(s, i, v) { v = 0; for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return v }
		{ a = h($2); b = h($3); if ($1 == 9) { if (b > snap) snap = b } else { m++; lo[m] = a; hi[m] = b } if (b > top) top = b }
		END { at = snap; do { go = 0; for (i = 1; i <= m; i++) if (lo[i] <= at + 1 && hi[i] > at) { at = hi[i]; go = 1 } } while (go); if (at < top) print at + 1 }')
}
bucket3() {
	litestream generations >"$D/list" 2>"$D/list.said"
	litestream snapshots >"$D/snapshots" 2>>"$D/list.said"
	litestream wal >"$D/segments" 2>>"$D/list.said"
	if grep -q 'level=ERROR\|^Error\|cannot ' "$D/list" "$D/list.said" "$D/snapshots" "$D/segments"; then
		grep -h 'level=ERROR\|^Error\|cannot ' "$D/list" "$D/snapshots" "$D/segments" >>"$D/list.said"
		list=failed
		return
	fi
	gen=$(cat "$STATE/generation" 2>/dev/null)
	objects=$(tail -n +2 "$D/list" | grep -c .)
	grep -q "[[:space:]]$gen[[:space:]]" "$D/snapshots" && snapshot=yes
	own_objects=$(cat "$D/snapshots" "$D/segments" | grep -c "[[:space:]]$gen[[:space:]]")
	differ=$(awk -v g="$gen" '
		function t(s, a) { gsub(/[-TZ:]/, " ", s); split(s, a, " "); return (((a[1] * 12 + a[2]) * 31 + a[3]) * 24 + a[4]) * 3600 + a[5] * 60 + a[6] }
		$3 ~ /^[0-9a-f]+$/ && NF >= 5 { c = t($NF); if (($2 "") == (g "")) { if (s == "" || c < s) s = c } else if (c > e[$2]) e[$2] = c }
		END { if (s != "") for (x in e) if (e[x] > s + 2) d++; print d + 0 }' "$D/segments")
	index=$(ls "$STATE/generations/$gen/wal" 2>/dev/null | sed -n 's/\.wal$//p' | sort | tail -n 1)
	own="$STATE/generations/$gen/wal/$index.wal"
	newer=$(awk -v g="$gen" -v li="$((0x0$index))" -v lo="$(size "$own")" '
		($2 "") == (g "") && NF >= 5 && ($3 > li || ($3 == li && $4 > 0 && $4 >= lo)) { n = 1 }
		END { print n + 0 }' "$D/segments")
	newest=$(tail -n +2 "$D/segments" | awk -v g="$gen" '($2 "") == (g "") { print $NF }' | sort | tail -n 1 | tr TZ '  ')
	[ -n "$newest" ] && [ -f "$own" ] && [ "$(date -u -d "$newest" +%s 2>/dev/null || echo 0)" -ge $(($(stat -c %Y "$own") - 3)) ] && arrived=1
	hole=$(awk -v g="$gen" '
		($2 "") == (g "") && NF >= 5 { i = $3 + 0; if (!(i in z)) z[i] = 0; if ($4 == 0) z[i] = 1; if (i > t) t = i; if (f == "" || i < f) f = i }
		END { if (f != "") for (i = f; i <= t; i++) if (!z[i]) { print i; exit } }' "$D/segments")
}
`;
