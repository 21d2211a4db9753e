import type {Found, Told} from '../proof/user/run-row.ts';

/** Returns docs/replica-faults.md, from what `npm run test:proof -- --user --write` recorded. */
export function writeFaultsPage(record: readonly Found[]): string {
	const titles = [...new Set(record.map(({title}) => title))];
	const rows = titles.flatMap(title => merge(record.filter(each => each.title === title)));
	return `# What phxfly says about each fault

Each fault below was brought about in an app with the real Litestream 0.5.17 and 0.3.13 and a storage server that checks every signature. Then the
built program ran as you run it: \`phxfly verify\`, \`phxfly drill\`, and \`phxfly setup\` again on the app that is up, over the built-in Fly, whose
\`machine exec\` led to that app. After that the next commands that it printed were carried out. A comparison of every row of a restore with the
database, without phxfly's code, says whether it was right.

\`npm run test:proof -- --user --write\` records all of this, and \`npm run docs\` writes this page from the record. The numbers in parentheses are exit codes:
those when every other check is \`proved\`. ID, N, and HH:MM:SS stand for what differs each time. In the last column, a restore gives back *equal* rows, *other* rows, or
*none*, before the next commands and after them; of a damaged database they are *unreadable*.

| fault | Litestream | \`verify\` says | next | \`drill\` | \`setup\` | carried out | rows |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

A verdict that is missing here has not been recorded in this way yet; \`--missing\` records only those. [How phxfly checks the replica](proof.md) has every verdict.
`;
}

/** One row if the releases agree. */
function merge(found: readonly Found[]): readonly string[] {
	const [first, second] = found.map(each => writeCells(each));
	if (first === undefined) return [];
	if (second === undefined || first === second) {
		const [only] = found;
		return [`| ${only?.title} | ${second === undefined ? only?.version : 'both'} ${first}`];
	}

	return found.map(each => `| ${each.title} | ${each.version} ${writeCells(each)}`);
}

function writeCells({verify, drill, setup, carriedOut, left, before, after}: Found): string {
	const cells = [
		`(${verify.exit}) \`${verify.status}\` ${quoteLitestream(verify.detail)}`,
		verify.hint,
		writeOther(drill, verify),
		writeOther(setup, verify),
		[
			...carriedOut.map(line => line.replace(/^→ (.*)$/, '→ `$1`')),
			...(left ? [`what is left: ${left}`] : []),
		].join('<br>'),
		after === 'not compared' ? before : `${before} → ${after}`,
	];
	return `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('<br>', '\u0000').replaceAll('<', '&lt;').replaceAll('\u0000', '<br>')).join(' | ')} |`;
}

/** Marks what is not phxfly's own text. */
const quoteLitestream = (detail: string): string => detail.replace(/(Litestream failed: )(.+)$/, '$1`$2`');

/** The sentence too, where it is another one. */
const writeOther = (told: Told | undefined, verify: Told): string =>
	told === undefined
		? ''
		: `(${told.exit})${told.detail.includes(verify.detail) || told.status === 'proved' ? '' : ` ${quoteLitestream(told.detail)}`}`;
