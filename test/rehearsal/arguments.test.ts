import {describe, expect, test} from 'vitest';
import {commandSpecs} from '../../source/rehearsal/arguments/commands.ts';
import {findCommand} from '../../source/rehearsal/arguments/find.ts';
import {parseFlags} from '../../source/rehearsal/arguments/flags.ts';
import {commands} from '../../source/rehearsal/commands/commands.ts';
import {openWorldInMemory} from '../helpers/fake-fly.ts';

test('every line of the table has a command', () => {
	expect(Object.keys(commands).sort()).toEqual(commandSpecs.map(({name}) => name).sort());
});

describe.each(commandSpecs)('$name', spec => {
	const enough = Array.from({length: spec.minArgs}, (_, index) => `word${index}`);

	test('accepts each of its flags, long and short', () => {
		const good = {
			bool: 'true',
			int: '7',
			float64: '0.5',
			duration: '1m',
			string: 'x',
			strings: 'x,y',
			stringArray: 'x',
		};
		for (const flag of spec.flags) {
			const value = good[flag.type];
			expect(parseFlags(spec, [...enough, `--${flag.name}=${value}`])).toMatchObject({ok: true});
			if (flag.short)
				expect(parseFlags(spec, [...enough, `-${flag.short}=${value}`])).toMatchObject({ok: true});
		}
	});

	test('rejects values of the wrong type', () => {
		for (const flag of spec.flags.filter(({type}) => ['bool', 'int', 'float64', 'duration'].includes(type))) {
			const parsed = parseFlags(spec, [...enough, `--${flag.name}=1GB`]);
			expect(parsed).toMatchObject({
				ok: false,
				message: expect.stringContaining('invalid argument "1GB" for "'),
			});
		}
	});

	test('rejects unknown flags and missing values', () => {
		expect(parseFlags(spec, ['--nope'])).toEqual({ok: false, message: 'unknown flag: --nope'});
		expect(parseFlags(spec, ['-Z'])).toEqual({ok: false, message: "unknown shorthand flag: 'Z' in -Z"});
		const flag = spec.flags.find(({bareValue}) => bareValue === undefined);
		if (flag) {
			expect(parseFlags(spec, [`--${flag.name}`])).toEqual({
				ok: false,
				message: `flag needs an argument: --${flag.name}`,
			});
		}
	});

	test('counts its positionals', () => {
		expect(parseFlags(spec, enough)).toMatchObject({ok: true, args: enough});
		if (spec.minArgs > 0) expect(parseFlags(spec, [])).toMatchObject({ok: false});
		if (Number.isFinite(spec.maxArgs)) {
			const many = Array.from({length: spec.maxArgs + 1}, () => 'word');
			expect(parseFlags(spec, many)).toMatchObject({
				ok: false,
				message: expect.stringContaining(`received ${many.length}`),
			});
		}
	});

	test('is found by its words and its aliases', () => {
		expect(findCommand(spec.words)).toMatchObject({is: 'command', spec: {name: spec.name}});
		for (const alias of spec.leafAliases) {
			expect(findCommand([...spec.words.slice(0, -1), alias])).toMatchObject({spec: {name: spec.name}});
		}
	});
});

const deploy = commandSpecs.find(({name}) => name === 'deploy');
const create = commandSpecs.find(({name}) => name === 'volumes create');

test.each([
	{words: ['--ha', 'false'], args: ['false'], ha: true, because: 'a bool takes a value only with ='},
	{words: ['--ha=false'], args: [], ha: false, because: 'so it does here'},
	{words: ['--depot', 'auto'], args: ['auto'], ha: true, because: 'depot takes a value only with ='},
	{words: ['--', '--ha=false'], args: ['--ha=false'], ha: true, because: '-- ends the flags'},
])('deploy $words: $because', ({words, args, ha}) => {
	const parsed = deploy && parseFlags(deploy, words);
	expect(parsed).toMatchObject({ok: true, args});
	expect(parsed?.ok && parsed.flags.bool('ha')).toBe(ha);
});

test.each([
	{
		words: ['v', '--size', '1GB'],
		message: 'invalid argument "1GB" for "-s, --size" flag: strconv.ParseInt: parsing "1GB": invalid syntax',
	},
	{words: ['v', '-s'], message: "flag needs an argument: 's' in -s"},
	{words: [], message: 'accepts 1 arg(s), received 0'},
	{
		words: ['v', '--yes=maybe'],
		message:
			'invalid argument "maybe" for "-y, --yes" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
	},
])('volumes create $words', ({words, message}) => {
	expect(create && parseFlags(create, words)).toEqual({ok: false, message});
});

test.each([
	{words: ['v', '-s3', '-yj'], size: 3},
	{words: ['v', '--size=0x10'], size: 16},
	{words: ['v', '--size', '1_000'], size: 1000},
])('volumes create $words is $size GB', ({words, size}) => {
	const parsed = create && parseFlags(create, words);
	expect(parsed?.ok && parsed.flags.int('size')).toBe(size);
});

test.each([
	{argv: ['vol', 'ls'], name: 'volumes list'},
	{argv: ['v', 'rm', 'x'], name: 'volumes destroy'},
	{argv: ['ext', 'tigris', 'create'], name: 'storage create'},
	{argv: ['extensions', 'storage', 'ls'], name: 'storage list'},
	{argv: ['m', 'leases', 'view', 'x'], name: 'machine leases view'},
	{argv: ['certs', 'show', 'x'], name: 'certs check'},
	{argv: ['-a', 'x', 'status'], name: 'status'},
	{argv: ['--verbose', 'status'], name: 'status'},
])('$argv is $name', ({argv, name}) => {
	expect(findCommand(argv)).toMatchObject({is: 'command', spec: {name}});
});

test.each([
	{
		argv: ['domains'],
		exit: 1,
		stdout: "Run 'flyctl --help' for usage.\n",
		stderr: 'Error: unknown command "domains" for "flyctl"\n',
	},
	{
		argv: ['launch'],
		exit: 1,
		stdout: "Run 'flyctl --help' for usage.\n",
		stderr: 'Error: unknown command "launch" for "flyctl"\n',
	},
	{argv: ['volumes', 'creat'], exit: 0, stdout: expect.stringContaining('Available Commands:'), stderr: ''},
	{argv: ['volumes'], exit: 0, stdout: expect.stringContaining('flyctl volumes [command]'), stderr: ''},
	{argv: [], exit: 0, stdout: expect.stringContaining('Available Commands:'), stderr: ''},
	{argv: ['status', '--help'], exit: 0, stdout: expect.stringContaining('flyctl status [flags]'), stderr: ''},
	{
		argv: ['storage', 'create', '--json'],
		exit: 1,
		stdout: expect.stringContaining('flyctl storage create [flags]\n\nFlags:\n'),
		stderr: 'Error: unknown flag: --json\n',
	},
	{
		argv: ['secrets', 'list', '--yes'],
		exit: 1,
		stdout: expect.stringContaining('Usage:'),
		stderr: 'Error: unknown flag: --yes\n',
	},
	{argv: ['-v'], exit: 0, stdout: expect.stringMatching(/^fly v\S+ /), stderr: ''},
])('fly $argv ends with $exit', async ({argv, ...expected}) => {
	const {call, world} = openWorldInMemory();
	expect(await call(argv)).toEqual(expected);
	expect(world.calls).toMatchObject([{argv, mutates: false, exit: expected.exit}]);
});
