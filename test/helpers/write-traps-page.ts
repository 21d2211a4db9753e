import type {Rule} from '../../source/core/doctor/rule.ts';

/** docs/traps.md: what doctor finds, from the traps themselves. */
export function writeTrapsPage(rules: readonly Rule[]): string {
	const fixable = rules.filter(({isFixable}) => isFixable).length;
	return [
		'# Traps',
		'',
		'What `phxfly doctor [DIR]` looks for, in the files alone: no flyctl, no network, no login, no secret value.',
		`There are ${rules.length}; of ${fixable} it can mend some findings itself (\`--fix\`: the diff first, then a question, comments kept).`,
		'',
		'- Each finding names its file, its line, why it hurts and what to do. Exit 0: none; 9: some.',
		'- `could not tell` is an answer: Elixir is read, not run, and a file over 1 MiB is not read at all.',
		'- Traps about secrets need their names; doctor takes those that a setup of phxfly left in its journal, and is silent without one.',
		'- With `--json` each finding is a `check-changed` line with the id below.',
		'',
		'This page is made from the source; `DOCS_WRITE=1 npx vitest run --config test/vitest.config.ts traps-page` writes it anew.',
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
