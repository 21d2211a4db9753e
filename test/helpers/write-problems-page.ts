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
		'- Hints come below the problems. They are advice, or what doctor could not tell: it reads Elixir files but does not run them, and skips files over 1 MiB. Hints alone end with exit 0.',
		'- Without a fly.toml there is nothing to check: doctor says so and exits with 2. `phxfly setup` creates one.',
		"- Rules about secrets need the secrets' names. doctor takes them from the journal of a phxfly setup, and skips these rules without one.",
		'- With `--json` each problem and hint is a `check-changed` line with the id below. Its `status` is `wrong` for a problem, and `hint` or `could-not-tell` for a hint.',
		'- `--fix` changes only what is certain, and causes no new problem. The diff it shows is one that `git apply` takes.',
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
