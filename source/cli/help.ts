import type {FlagWord, WordTable} from '../core/command/completion.ts';
import type {Cli, CommandEntry} from '../core/command/context.ts';
import type {Question} from '../core/questions/question.ts';
import {wrapText} from '../core/text/width.ts';
import {buildProgram} from './arguments.ts';
import {type Flag, flagGroups, isForCommand, listAnswerFlags, plainFlags} from './flags.ts';

const lineWidth = 80;
const column = 30;

/** Returns the help of one command, or of phxfly as a whole. Uses the same tables as the parser. */
export function writeHelp(
	command: string | undefined,
	commands: readonly CommandEntry[],
	questions: readonly Question[],
): string {
	const entry = commands.find(({name}) => name === command);
	const lines = entry ? writeCommandHelp(entry, questions) : writeGeneralHelp(commands);
	return [
		...lines,
		'Exit codes:',
		...wrapText(
			'0 success, 1 failed, 2 usage, 3 checks still pending, 4 flyctl missing or too old, 5 missing answer or --yes, 6 out of sync, 7 ambiguous, 8 locked, 9 rejected before any change, 130/143 interrupted',
			lineWidth - 2,
		).map(line => `  ${line}`),
		'',
	].join('\n');
}

function writeGeneralHelp(commands: readonly CommandEntry[]): readonly string[] {
	return [
		...wrapText(
			'phxfly - deploy a Phoenix app to one machine on Fly.io, with backups, and verify it',
			lineWidth,
		),
		'',
		'Usage: phxfly [COMMAND] [DIR] [FLAGS]',
		'',
		'Examples:',
		'  phxfly rehearse                 try it without an account',
		'  phxfly                          set up the app in this folder',
		'  phxfly verify                   check it at any time',
		'',
		'Commands:',
		...commands.flatMap(each => writeRow(showUsage(each), each.summary)),
		'',
		...flagGroups
			.filter(group => group !== 'Answers')
			.flatMap(group =>
				writeGroup(
					group,
					plainFlags.filter(flag => flag.group === group && !flag.commands),
				),
			),
		'Answers have flags too. `phxfly COMMAND --help` lists the flags of a command.',
		'',
	];
}

function writeCommandHelp(entry: CommandEntry, questions: readonly Question[]): readonly string[] {
	const flags = [...listAnswerFlags(questions), ...plainFlags].filter(flag => isForCommand(flag, entry));
	const variables = entry.takesNoAnswers ? [] : questions.filter(({environment}) => environment);
	return [
		...wrapText(`phxfly ${entry.name} - ${entry.summary}`, lineWidth),
		'',
		`Usage: phxfly ${showUsage(entry)} [FLAGS]`,
		'',
		'Examples:',
		...entry.examples.slice(0, 2).flatMap(example => {
			const [first = '', ...rest] = wrapText(example, lineWidth - 8);
			return [first, ...rest].map(
				(line, index) => `${index === 0 ? '  ' : '      '}${line}${index < rest.length ? ' \\' : ''}`,
			);
		}),
		'',
		...flagGroups.flatMap(group =>
			writeGroup(
				group,
				flags.filter(flag => flag.group === group),
			),
		),
		...(variables.length > 0
			? [
					'Environment:',
					...variables.flatMap(({environment = '', title}) => writeRow(environment, title)),
					'',
				]
			: []),
		`Docs: ${entry.page ?? 'README.md'}`,
		'',
	];
}

const writeGroup = (title: string, flags: readonly Pick<Flag, 'flags' | 'help'>[]): readonly string[] =>
	flags.length === 0 ? [] : [`${title}:`, ...flags.flatMap(({flags, help}) => writeRow(flags, help)), ''];

/** A name and its text beside it, or below it where the name is long. */
function writeRow(name: string, text: string): readonly string[] {
	const lines = wrapText(text, lineWidth - column - 2).map(line => `${' '.repeat(column + 2)}${line}`);
	if (name.length >= column - 1) return [`  ${name}`, ...lines];
	const [first = '', ...rest] = lines;
	return [`  ${name.padEnd(column)}${first.trimStart()}`, ...rest];
}

const showUsage = ({name, argument, optionalArgument, takesNoFolder}: CommandEntry) =>
	[
		name,
		...(argument ? [optionalArgument ? `[${argument}]` : argument] : []),
		...(takesNoFolder ? [] : ['[DIR]']),
	].join(' ');

/** The words a shell can complete, from the tables that parse and that the help is written from. */
export function listWords(registry: Cli['registry']): WordTable {
	const {commands, questions} = registry;
	return {
		commands: commands.map(({name, summary, argument, optionalArgument}) => ({
			name,
			help: summary,
			takes: argument === undefined || optionalArgument ? undefined : (listChoices(argument) ?? 'path'),
		})),
		flags: buildProgram(questions).options.map(({long, short, flags, description}) => ({
			long: long ?? flags,
			short: short ?? undefined,
			help: description,
			takes: readPlaceholder(registry, long, /[<[](.*)[>\]]/.exec(flags)?.[1]),
		})),
	};
}

function readPlaceholder(
	{profiles, providers}: Cli['registry'],
	long: string | undefined,
	placeholder: string | undefined,
): FlagWord['takes'] {
	if (placeholder === undefined) return undefined;
	if (long === '--profile') return profiles.map(({id}) => id);
	if (long === '--storage') return providers.map(({id}) => id);
	return listChoices(placeholder) ?? (/\b(FILE|PATH|DIR)\b/.test(placeholder) ? 'path' : 'text');
}

/** `tigris|s3|r2`; a word in capitals stands for something else, so it can make no list. */
function listChoices(placeholder: string): readonly string[] | undefined {
	const choices = placeholder.split('|');
	return choices.length > 1 ? choices.filter(choice => choice !== choice.toUpperCase()) : undefined;
}
