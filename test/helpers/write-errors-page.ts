import {exitCodes, type FailureEntry, failureCodes} from '../../source/core/errors/codes.ts';

/** Returns docs/errors.md, generated from the catalog. */
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

Every failure has a code and says what happened, what exists now, and what to do. The code is in the last \`failed\` event of
\`--json\`, and in parentheses elsewhere. Codes stay the same across versions. \`npm run docs\` generates this page from
\`source/core/errors/codes.ts\`.

${parts.join('\n\n')}
`;
}
