import type {Rule} from '../../source/core/doctor/rule.ts';

/** Returns docs/problems.md, the list of what doctor finds, from its rules. */
export function writeProblemsPage(rules: readonly Rule[]): string {
	const fixable = rules.filter(({isFixable}) => isFixable).length;
	return [
		'# Problems doctor finds',
		'',
		'`phxfly doctor [DIR]` checks your files only. It needs no flyctl, network, login, or secret values.',
		`It has ${rules.length} rules. For ${fixable} of them, \`--fix\` can fix some problems: it shows the diff, asks, and keeps your comments.`,
		'',
		'- Each problem names its file, line, effect, and fix. Exit 0: none found; 9: some found.',
		'- `could not tell` is a valid result: doctor reads Elixir files but does not run them, and skips files over 1 MiB.',
		"- Rules about secrets need the secrets' names. doctor takes them from the journal of a phxfly setup, and skips these rules without one.",
		'- With `--json` each problem is a `check-changed` line with the id below.',
		'',
		'This page is generated. Run `npm run docs` to update it.',
		...rules.flatMap(({id, title, why, isFixable}) => [
			'',
			`## ${id}`,
			'',
			`${title}.${isFixable ? ' `--fix`' : ''}`,
			'',
			why,
		]),
		'',
	].join('\n');
}
