const mostLines = 10;

const mostCharacters = 200;

/** An exception, as Elixir and mix print it. */
const raised = /^\*\* \(\w/;

const complains =
	/^\*\* \(\w|^== Compilation error|^\s*error(?:\[\w+\])?: |✘ \[ERROR\]|^npm (?:ERR!|error) |^(?:yarn )?error |^fatal: |^E: |\bnot found\b|\bNo such file\b|^Killed\b|^(?:\S+: )?(?:Error|ERROR|FATAL)\b|\bfailed\b|^[Cc]ould(?: not|n't) |^Failed to /;

/** Says nothing about the failure: frames of libraries, and where npm put its log. */
const isNoise = (line: string) =>
	line.trim() === '' ||
	/^\s+\([a-z]\w* [\d.]\S*\) |^\s+\((?:elixir|mix|stdlib|kernel|compiler)\) /.test(line) ||
	/complete log of this run|^npm (?:notice|warn)|^Browserslist:/i.test(line) ||
	/^[\s│]*$/.test(line);

/**
Chooses the lines of a failed step that tell why it failed: the last exception with what leads to it, the last complaints of
any other program, or else the last lines.

@returns At most 10 lines of at most 200 characters.
*/
export function chooseLines(printed: readonly string[]): readonly string[] {
	const lines = printed.map(line => line.slice(0, mostCharacters)).filter(line => !isNoise(line));
	const from = findStart(lines);
	return lines.slice(from, from + mostLines);
}

function findStart(lines: readonly string[]): number {
	const exception = lines.findLastIndex(line => raised.test(line));
	const last = exception === -1 ? lines.findLastIndex(line => complains.test(line)) : exception;
	if (last === -1) return Math.max(0, lines.length - mostLines);
	const first = Math.max(0, last - mostLines + 2);
	const cause = lines.slice(first, last).findIndex(line => complains.test(line));
	return cause === -1 ? last : first + cause;
}
