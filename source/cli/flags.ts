import type {CommandEntry} from '../core/command/context.ts';
import type {Question} from '../core/questions/question.ts';

/** A flag, as the parser and the help read it. */
export type Flag = {
	/** As Commander reads it: `-q, --quiet`, `--wait <DURATION>`. */
	readonly flags: string;
	readonly help: string;
	readonly group: FlagGroup;
	/** The commands that use it; all of them by default. Others reject it. */
	readonly commands?: readonly string[];
	readonly isRepeatable?: boolean;
};

/** In the order of the help. */
export const flagGroups = ['This command', 'Answers', 'Project and account', 'Output', 'Rehearsal'] as const;

export type FlagGroup = (typeof flagGroups)[number];

const setups = ['setup', 'rehearse', 'plan'];

const own = (flags: string, help: string, commands: readonly string[]): Flag => ({
	flags,
	help,
	commands,
	group: 'This command',
});

/** The flags that are not answers, in one table for parsing and help. */
export const plainFlags: readonly Flag[] = [
	{
		flags: '--profile <ID>',
		help: 'kind of app: wisp or phoenix; detected by default',
		group: 'Answers',
	},
	{
		flags: '--secret <NAME>',
		help: 'an additional secret your app reads (repeatable)',
		group: 'Answers',
		isRepeatable: true,
	},
	{
		flags: '--skip-secret <NAME>',
		help: 'skip this secret (repeatable)',
		group: 'Answers',
		isRepeatable: true,
	},
	{
		flags: '--secret-file <NAME=PATH>',
		help: 'read a secret from a file; - is standard input (repeatable)',
		group: 'Answers',
		isRepeatable: true,
	},
	{
		flags: '--answers <FILE>',
		help: 'read answers from a TOML or JSON file, without secrets',
		group: 'Answers',
	},
	own('--adopt', 'adopt an existing app', [...setups, 'rollback']),
	own('--redeploy', 'deploy even if nothing changed', setups),
	own('--wait <DURATION>', 'how long to wait for DNS and certificate, for example 90s (default 2m)', [
		...setups,
		'apply',
		'deploy',
		'rollback',
		'restore',
		'verify',
	]),
	own('--watch', 'keep checking until DNS and certificate are ready', ['verify']),
	own('--max-age <DURATION>', 'fail if what a restore gives back may be older, for example 15m', ['drill']),
	own('--list', 'list the times that the replica can be restored to', ['restore']),
	own('--at <TIME>', 'a time such as "10 minutes ago", "yesterday 14:00", or 2026-11-28T14:03:05Z', [
		'restore',
	]),
	own('--to <FILE>', 'restore into this new file, not over the running app; never replaces one', ['restore']),
	own('--dry-run', 'show the plan and stop', [
		...setups,
		'apply',
		'rollback',
		'ci',
		'restore',
		'pull',
		'push',
	]),
	own('--script', 'print a bash script that asks before each command', ['plan']),
	own('--out <FILE>', 'save the plan to a file for phxfly apply', ['plan']),
	own('--fix', 'fix what can be fixed; shows the diff and asks first', ['doctor']),
	own('--package <SPEC>', 'the tarball of phxfly in the repository, or its URL', ['ci']),
	own('--allow-migrations', 'go back even if migrations ran after that release', ['rollback']),
	own('--no-tail', 'print the latest lines and stop', ['logs']),
	own('--keep-data', 'keep the volume, the bucket, and the app that owns them', ['destroy']),
	{
		flags: '--yes',
		help: 'start without asking, with defaults; required where phxfly cannot ask',
		group: 'Project and account',
	},
	{
		flags: '--no-input',
		help: 'never ask; fail if an answer or --yes is missing',
		group: 'Project and account',
	},
	{
		flags: '-c, --config <FILE>',
		help: 'the fly.toml to use, from the project folder; detected by default',
		group: 'Project and account',
	},
	{flags: '--fly <PATH>', help: 'path of flyctl', group: 'Project and account'},
	{flags: '--state-dir <DIR>', help: 'folder for journals and logs', group: 'Project and account'},
	{
		flags: '--break-lock',
		help: "ignore another computer's lock on this project",
		group: 'Project and account',
	},
	{flags: '--json', help: 'one JSON object per line on stdout', group: 'Output'},
	{flags: '--plain', help: 'plain lines without redrawing', group: 'Output'},
	{flags: '--screen-reader', help: 'screens for screen readers', group: 'Output'},
	{flags: '--ascii', help: 'ASCII characters only', group: 'Output'},
	{flags: '--no-color', help: 'no colors', group: 'Output'},
	{flags: '-q, --quiet', help: 'print only the result', group: 'Output'},
	{flags: '--verbose', help: "also show flyctl's output", group: 'Output'},
	{flags: '-h, --help', help: 'show this help', group: 'Output'},
	{flags: '-v, --version', help: "show phxfly's version", group: 'Output'},
	{
		flags: '--rehearse',
		help: 'use the built-in Fly: no account, no network',
		group: 'Rehearsal',
	},
	{flags: '--world <FILE>', help: "JSON file with the rehearsal's world", group: 'Rehearsal'},
	{flags: '--speed <N>', help: 'speed up the rehearsal N times', group: 'Rehearsal'},
];

/** Returns the flags of the answers, in the order of the questions. */
export const listAnswerFlags = (questions: readonly Question[]): readonly Flag[] =>
	questions.flatMap(({flag, noneFlag}) => [
		...(flag
			? [answerFlag(`${flag.name}${flag.value === undefined ? '' : ` <${flag.value}>`}`, flag.help)]
			: []),
		...(noneFlag ? [answerFlag(noneFlag.name, noneFlag.help)] : []),
	]);

const answerFlag = (flags: string, help: string): Flag => ({flags, help, group: 'Answers'});

/** @returns Whether the command uses the flag. */
export const isForCommand = ({commands, group}: Flag, {name, takesNoAnswers}: CommandEntry): boolean =>
	(commands?.includes(name) ?? true) && !(group === 'Answers' && takesNoAnswers === true);
