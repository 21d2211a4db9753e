import {Command, CommanderError, Option} from 'commander';
import {none} from '../core/answer.ts';
import type {CommandEntry, Options} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {toSecretQuestionId} from '../core/questions/named-secret.ts';
import type {Question} from '../core/questions/question.ts';
import {isForCommand, listAnswerFlags, plainFlags} from './flags.ts';

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

export function buildProgram(questions: readonly Question[]): Command {
	const program = new Command('phxfly')
		.argument('[words...]')
		.helpOption(false)
		.exitOverride()
		.configureOutput({writeErr: () => undefined, writeOut: () => undefined})
		.showSuggestionAfterError(true)
		.allowExcessArguments(true);
	for (const {flags, help, isRepeatable} of [...listAnswerFlags(questions), ...plainFlags]) {
		const option = new Option(flags, help);
		// Not `<NAME...>`, which would read the folder after it as another value.
		program.addOption(isRepeatable ? option.argParser(collect) : option);
	}

	return program;
}

/**
Reads the command line. The first word is a command or a folder.

@param isFolder - Whether a word names an existing folder.
@throws {Failure} `usage` (exit 2) for an unknown flag or word, naming the nearest one, and for a flag that the command does not use.
*/
export function parseArguments(
	argv: readonly string[],
	commands: readonly CommandEntry[],
	questions: readonly Question[],
	isFolder: (word: string) => boolean,
): Options & {readonly help: boolean} {
	const program = buildProgram(questions);
	try {
		program.parse([...argv], {from: 'user'});
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
		throw usage(`${message[0]?.toUpperCase()}${message.slice(1)}.`);
	}

	const values = program.opts<Record<string, string | boolean | string[] | undefined>>();
	const words = [...program.args];
	const names = commands.map(({name}) => name);
	const asksHelp = words[0] === 'help' && !isFolder('help');
	if (asksHelp) {
		words.shift();
		if (words[0] !== undefined && !names.includes(words[0])) throw unknownWord(words[0], names);
	}

	const [first] = words;
	const isCommand = first !== undefined && names.includes(first);
	const entry = commands.find(({name}) => name === (isCommand ? first : names[0]));
	if (isCommand) words.shift();
	else if (first !== undefined && !first.includes('/') && !isFolder(first)) throw unknownWord(first, names);
	const {argument: named, optionalArgument: pattern} = entry ?? {};
	const takesWord = named !== undefined && (pattern === undefined || pattern.test(words[0] ?? ''));
	const argument = takesWord ? words.shift() : undefined;
	if (words.length > (entry?.takesNoFolder ? 0 : 1)) {
		throw usage(
			`${entry?.takesNoFolder ? 'Too many arguments' : 'Pass only one folder'}: ${words.join(' ')}.`,
		);
	}

	if (entry && !asksHelp && values.help !== true) rejectUnusedFlags(program, entry, questions);
	const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
	const isOn = (name: string) => values[name] === true;
	const command = entry?.name ?? '';
	return {
		command,
		argument,
		folder: words[0],
		flags: readAnswerFlags(questions, values),
		namedSecrets: readList(values.secret),
		secretFiles: readSecretFiles(values.secretFile),
		profile: text('profile'),
		config: text('config'),
		answersFile: text('answers'),
		fly: text('fly'),
		stateDir: text('stateDir'),
		world: text('world'),
		speed: readSpeed(text('speed')),
		waitMs: readDuration('--wait', text('wait')),
		watch: isOn('watch'),
		maxAgeMs: readDuration('--max-age', text('maxAge')),
		isRehearsal: isOn('rehearse') || command === 'rehearse',
		adopt: isOn('adopt'),
		redeploy: isOn('redeploy'),
		breakLock: isOn('breakLock'),
		list: isOn('list'),
		at: text('at'),
		to: text('to'),
		dryRun: isOn('dryRun'),
		script: isOn('script'),
		out: text('out'),
		fix: isOn('fix'),
		package: text('package'),
		allowMigrations: isOn('allowMigrations'),
		noTail: values.tail === false,
		keepData: isOn('keepData'),
		yes: isOn('yes'),
		noInput: values.input === false,
		json: isOn('json'),
		plain: isOn('plain'),
		screenReader: isOn('screenReader'),
		ascii: isOn('ascii'),
		noColor: values.color === false,
		quiet: isOn('quiet'),
		verbose: isOn('verbose'),
		help: asksHelp || isOn('help'),
	};
}

/** A flag that does nothing may be one on which you count: `deploy --dry-run` must not deploy. */
function rejectUnusedFlags(program: Command, entry: CommandEntry, questions: readonly Question[]): void {
	const known = [...listAnswerFlags(questions), ...plainFlags];
	const unused = program.options.find(option => {
		if (program.getOptionValueSource(option.attributeName()) !== 'cli') return false;
		if (option.negate !== (program.getOptionValue(option.attributeName()) === false)) return false;
		const flag = known.find(({flags}) => flags === option.flags);
		return flag !== undefined && !isForCommand(flag, entry);
	});
	if (!unused) return;
	throw new Failure('usage', `phxfly ${entry.name} does not use ${unused.long}.`, {
		hint: `Remove ${unused.long}. Run phxfly ${entry.name} --help for the flags that it uses.`,
	});
}

const camel = (flag: string) =>
	flag.replace(/^--(no-)?/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function readAnswerFlags(
	questions: readonly Question[],
	values: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string> {
	const flags = new Map<string, string>();
	for (const {id, flag, noneFlag} of questions) {
		const value = flag && values[camel(flag.name)];
		if (typeof value === 'string') flags.set(id, value);
		if (value === true) flags.set(id, 'yes');
		if (noneFlag && values[camel(noneFlag.name)] === false) flags.set(id, none);
	}

	for (const name of readList(values.skipSecret)) flags.set(toSecretQuestionId(name), none);
	return flags;
}

const readList = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);

function readSecretFiles(value: unknown): Options['secretFiles'] {
	return readList(value).map(entry => {
		const at = entry.indexOf('=');
		if (at <= 0) throw usage('--secret-file needs NAME=PATH.');
		return {name: entry.slice(0, at), path: entry.slice(at + 1)};
	});
}

function readSpeed(text: string | undefined): number {
	if (text === undefined) return 1;
	const speed = Number(text);
	if (!(speed >= 1 && speed <= 10_000)) throw usage('--speed needs a number from 1 to 10000.');
	return speed;
}

const unitMs = {s: 1000, m: 60_000, h: 3_600_000} as const;

function readDuration(flag: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const [, digits, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
	if (!digits || !unit) throw usage(`${flag} needs a duration such as 0s, 90s, 2m, or 1h.`);
	return Number(digits) * unitMs[unit as keyof typeof unitMs];
}

function unknownWord(word: string, names: readonly string[]): Failure {
	const nearest = [...names].sort((a, b) => distance(word, a) - distance(word, b))[0];
	const near = nearest && distance(word, nearest) <= 3 ? ` Did you mean ${nearest}?` : '';
	return usage(`${word} is neither a command nor a folder.${near || ` Commands: ${names.join(', ')}.`}`);
}

function distance(a: string, b: string): number {
	let row = Array.from({length: b.length + 1}, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
		}

		row = next;
	}

	return row[b.length] ?? 0;
}

const usage = (message: string) =>
	new Failure('usage', message, {hint: 'Run phxfly --help for commands and flags.'});
