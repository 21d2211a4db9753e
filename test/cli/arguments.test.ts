import {describe, expect, test} from 'vitest';
import {parseArguments} from '../../source/cli/arguments.ts';
import {writeHelp} from '../../source/cli/help.ts';
import {commands, questions} from '../../source/cli/registry.ts';
import {Failure} from '../../source/core/errors/failure.ts';

/** As a shell does; it takes quotes away. */
const splitWords = (line: string): readonly string[] =>
	[...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
const parse = (line: string, folders: readonly string[] = []) =>
	parseArguments(splitWords(line), commands, questions, word => folders.includes(word));
const fail = (line: string) => {
	try {
		parse(line);
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}

	throw new Error(`${line} was accepted`);
};

describe('the first word', () => {
	test.each([
		{line: '', command: 'setup', folder: undefined},
		{line: 'plan', command: 'plan', folder: undefined},
		{line: 'plan blog', command: 'plan', folder: 'blog'},
		{line: 'blog', command: 'setup', folder: 'blog'},
		{line: './nowhere', command: 'setup', folder: './nowhere'},
		{line: '/x/plan', command: 'setup', folder: '/x/plan'},
		{line: 'setup plan', command: 'setup', folder: 'plan'},
		{line: '--yes plan --app b', command: 'plan', folder: undefined},
		{line: 'rehearse ~/blog', command: 'rehearse', folder: '~/blog'},
		{line: 'pull blog', command: 'pull', folder: 'blog'},
		{line: 'pull copy.db', command: 'pull', folder: undefined},
		{line: 'pull copy.db blog', command: 'pull', folder: 'blog'},
	])('of "$line" means $command', ({line, command, folder}) => {
		expect(parse(line, ['blog'])).toMatchObject({command, folder});
	});

	test('rejects what is neither command nor folder, and suggests a similar command', () => {
		expect(fail('setpu')).toMatchObject({
			exit: 'usage',
			message: 'setpu is neither a command nor a folder. Did you mean setup?',
		});
		expect(fail('completely-else').message).toMatch(
			/^completely-else is neither a command nor a folder\. Commands: setup, plan, .*completion.*\.$/,
		);
		expect(fail('plan a b').message).toContain('only one folder');
	});
});

test('answers by flag, as typed', () => {
	const {flags} = parse(
		'--app blog-1 --volume-size 1GB --domain none --no-mail --storage=s3 --storage-region eu-central-1',
	);
	expect(Object.fromEntries(flags)).toEqual({
		app: 'blog-1',
		'volume-size': '1GB',
		domain: 'none',
		'mail-key': 'none',
		storage: 's3',
		'storage-region': 'eu-central-1',
	});
	expect(parse('').flags.size).toBe(0);
});

test("no flag takes a secret's value", () => {
	for (const {kind, flag} of questions) if (kind === 'secret') expect(flag).toBeUndefined();
	expect(fail('--mail-key re_123')).toMatchObject({exit: 'usage'});
	expect(fail('--secret-access-key x')).toMatchObject({exit: 'usage'});
});

test('switches, and their defaults', () => {
	const on = parse(
		'rehearse --yes --no-input --json --plain --screen-reader --ascii --no-color -q --verbose --adopt --redeploy --break-lock --dry-run',
	);
	const off = parse('');
	for (const name of [
		'yes',
		'noInput',
		'json',
		'plain',
		'screenReader',
		'ascii',
		'noColor',
		'quiet',
		'verbose',
		'adopt',
		'redeploy',
		'breakLock',
		'dryRun',
		'isRehearsal',
	] as const) {
		expect([name, on[name], off[name]]).toEqual([name, true, false]);
	}

	expect(parse('plan --rehearse').isRehearsal).toBe(true);
	expect(parse('-h').help).toBe(true);
});

test.each([
	{line: '--wait 0s', waitMs: 0},
	{line: '--wait 90s', waitMs: 90_000},
	{line: '--wait 2m', waitMs: 120_000},
	{line: '--wait 1h', waitMs: 3_600_000},
	{line: '', waitMs: undefined},
])('"$line" waits $waitMs', ({line, waitMs}) => {
	expect(parse(line).waitMs).toBe(waitMs);
});

test('secret files: several, and = in a path', () => {
	expect(parse('--secret-file A=/x/y=z --secret-file B=-').secretFiles).toEqual([
		{name: 'A', path: '/x/y=z'},
		{name: 'B', path: '-'},
	]);
});

test('secrets by name: several of each, then a folder', () => {
	const {flags, folder, namedSecrets, secretFiles} = parse(
		'--secret A --skip-secret B_KEY --secret C --skip-secret D --secret-file E=e ./blog',
	);
	expect({folder, namedSecrets}).toEqual({folder: './blog', namedSecrets: ['A', 'C']});
	expect([...flags]).toEqual([
		['secret_B_KEY', 'none'],
		['secret_D', 'none'],
	]);
	expect(secretFiles).toEqual([{name: 'E', path: 'e'}]);
});

test.each([
	['--wait 2', 'duration'],
	['--wait -1s', 'duration'],
	['--wait 1.5m', 'duration'],
	['--speed 0', '1 to 10000'],
	['--speed fast', '1 to 10000'],
	['--speed Infinity', '1 to 10000'],
	['--secret-file KEY', 'NAME=PATH'],
	['--secret-file =x', 'NAME=PATH'],
	['--nonsense', "Unknown option '--nonsense'"],
	['--regoin sjc', '--region'],
	['--app', 'argument missing'],
])('"%s" is wrong usage and says why', (line, says) => {
	const failure = fail(line);
	expect(failure).toMatchObject({code: 'usage', exit: 'usage', hint: expect.stringContaining('--help')});
	expect(failure.message).toContain(says);
	expect(failure.message).toMatch(/\.$|\?$|\)\.?$/);
});

describe('help', () => {
	test('of phxfly: every command, and where the flags of one are listed', () => {
		const help = writeHelp(undefined, commands, questions);
		for (const {name, argument, optionalArgument} of commands) {
			const word = optionalArgument ? `[${argument}] [DIR]` : (argument ?? '[DIR]');
			expect(help).toContain(`  ${name} ${word}`);
		}

		expect(help).toContain('phxfly COMMAND --help');
		expect(help).toMatch(/\n$/);
	});

	test('of setup: every answer and every variable', () => {
		const help = writeHelp('setup', commands, questions);
		for (const {flag, noneFlag, environment} of questions) {
			for (const word of [flag?.name, noneFlag?.name, environment]) if (word) expect(help).toContain(word);
		}
	});

	test.each(['', ...commands.map(({name}) => name)])('fits 80 columns: "%s"', name => {
		for (const line of writeHelp(name, commands, questions).split('\n'))
			expect(line.length, line).toBeLessThanOrEqual(80);
	});

	test.each([
		{line: 'help', command: 'setup'},
		{line: 'help deploy', command: 'deploy'},
		{line: 'deploy --help', command: 'deploy'},
		{line: 'deploy --dry-run --help', command: 'deploy'},
	])('is asked with "$line"', ({line, command}) => {
		expect(parse(line)).toMatchObject({command, help: true});
	});

	test('help is a folder where there is one, and rejects an unknown command', () => {
		expect(parse('help', ['help'])).toMatchObject({command: 'setup', folder: 'help', help: false});
		expect(fail('help deplyo').message).toContain('Did you mean deploy?');
	});

	test.each([
		['deploy --dry-run', '--dry-run'],
		['deploy --dry-run --yes', '--dry-run'],
		['destroy --yes --dry-run', '--dry-run'],
		['verify --fix', '--fix'],
		['setup --keep-data', '--keep-data'],
		['drill --watch', '--watch'],
		['doctor --app blog-1', '--app'],
		['doctor --no-mail', '--no-mail'],
		['forget --skip-secret A', '--skip-secret'],
		['verify --no-tail', '--no-tail'],
	])('"%s" is rejected, for the command does not use %s', (line, flag) => {
		expect(fail(line)).toMatchObject({
			exit: 'usage',
			message: `phxfly ${line.split(' ')[0]} does not use ${flag}.`,
		});
	});

	test.each(commands.map(({name}) => name))(
		'every flag of it is understood, and its examples run: %s',
		name => {
			const help = writeHelp(name, commands, questions);
			expect(help).toContain(`phxfly ${name} `);
			for (const [, flag = '', value] of help.matchAll(
				/^ {2}(?:-\w, )?(--[\w-]+)(?: <([^>]+?)(?:\.\.\.)?>)?/gm,
			)) {
				const sample = {N: '2', DURATION: '2m', 'NAME=PATH': 'A=b'}[value ?? ''] ?? 'x';
				expect(() => parse(`${name} ${value ? `${flag} ${sample}` : flag}`), flag).not.toThrow();
			}

			for (const [, line = ''] of help.replaceAll(/ \\\n +/g, ' ').matchAll(/^ {2}phxfly ?(.*)$/gm))
				expect(() => parse(line), line).not.toThrow();
		},
	);
});
