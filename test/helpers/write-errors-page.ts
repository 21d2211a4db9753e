import {exitCodes, type FailureEntry, failureCodes} from '../../source/core/errors/codes.ts';

/** docs/errors.md, from the catalogue. */
export function writeErrorsPage(): string {
	const areas = Object.entries<Readonly<Record<string, FailureEntry>>>(failureCodes);
	const parts = areas.map(([title, codes]) => {
		const rows = Object.entries(codes).map(([code, {exit, meaning, next}]) => {
			const numbers = [exit]
				.flat()
				.map(name => exitCodes[name])
				.join(', ');
			return `| \`${code}\` | ${numbers} | ${meaning} | ${next} |`;
		});
		return [
			`## ${title}`,
			'',
			'| code | exit | what happened | what to do |',
			'|---|---|---|---|',
			...rows,
		].join('\n');
	});
	return `# Failures

Every failure has a code, says what happened, what exists now, and what to do. The code is in the last \`failed\` event of
\`--json\`, and in brackets elsewhere; it does not change from version to version. Made from \`source/core/errors/codes.ts\` by \`npm run docs\`.

${parts.join('\n\n')}
`;
}
