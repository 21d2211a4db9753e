/**
The part that looks at the processes: which Litestream replicates, and whether it has this very database file open. A path is not enough,
since a file that was replaced keeps its name. A machine that has just started gets some seconds: Litestream opens the database late.
*/
export const processPart = String.raw`
look() {
	process=none held=no stopped=no
	inode=$(stat -L -c %d:%i "$DB" 2>/dev/null)
	real=$(readlink -f "$DB")
	for p in /proc/[0-9]*; do
		case $(cat "$p/comm" 2>/dev/null) in litestream*) ;; *) continue ;; esac
		tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -q ' replicate' || continue
		open=$(ls -l "$p/fd" 2>/dev/null | sed -n 's/.* -> //p')
		if [ -z "$open" ]; then
			[ "$process" = none ] && process=hidden
		elif [ "$held" != yes ]; then
			holds=no
			for f in "$p"/fd/*; do
				[ "$(stat -L -c %d:%i "$f" 2>/dev/null)" = "$inode" ] && holds=yes && break
			done
			if [ "$holds" = no ] && printf '%s\n' "$open" | grep -q -F -x -e "$real (deleted)" -e "$real-shm" -e "$real-wal" -e "$real-shm (deleted)" -e "$real-wal (deleted)"; then holds=swapped; fi
			if [ "$holds" = no ]; then
				[ "$process" = none ] && process=other
				continue
			fi
			held=$holds process=$(basename "$p")
		fi
		case $(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "$p/status" 2>/dev/null) in T | t) stopped=yes ;; esac
	done
}
look_patiently() {
	for pause in 1 2 3; do
		look
		case $process in
		none | other) sleep $pause ;;
		*) return ;;
		esac
	done
	look
}
is_full() { df -Pk "$(dirname "$DB")" | awk 'NR == 2 {exit !($4 < 1024)}'; }
`;
