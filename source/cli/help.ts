import type {FlagWord, WordTable} from '../core/command/completion.ts';
import type {Cli, CommandEntry} from '../core/command/context.ts';
import type {Question} from '../core/questions/question.ts';
import {buildProgram} from './arguments.ts';

/** Returns the help of one command, or of all: examples first, then flags. Uses the same tables as the parser. */
export function writeHelp(
	command: string | undefined,
	commands: readonly CommandEntry[],
	questions: readonly Question[],
): string {
	const entry = commands.find(({name}) => name === command);
	const width = 30;
	const examples = entry ? entry.examples : commands.flatMap(each => each.examples.slice(0, 1));
	const options = buildProgram(questions).options.map(option => {
		const gap =
			option.flags.length < width - 1
				? ' '.repeat(width - option.flags.length)
				: `\n${' '.repeat(width + 2)}`;
		return `  ${option.flags}${gap}${option.description}`;
	});
	const variables = questions.filter(question => question.environment);
	return [
		entry
			? `phxfly ${showUsage(entry)} - ${entry.summary}`
			: 'phxfly - deploy a Phoenix app to one machine on Fly.io, with backups, and verify it',
		'',
		'Examples:',
		...examples.map(example => `  ${example}`),
		'',
		...(entry
			? []
			: ['Commands:', ...commands.map(each => `  ${showUsage(each).padEnd(width)}${each.summary}`), '']),
		'Flags:',
		...options,
		'',
		'Environment:',
		...variables.map(({environment = '', title}) => `  ${environment.padEnd(width)}${title}`),
		'',
		'Exit codes: 0 success, 1 failed, 2 usage, 3 checks still pending, 4 flyctl missing or too old, 5 missing answer or --yes,',
		'            6 out of sync, 7 ambiguous, 8 locked, 9 rejected before any change, 130/143 interrupted',
		'',
	].join('\n');
}

const showUsage = ({name, argument, takesNoFolder}: CommandEntry) =>
	[name, ...(argument ? [argument] : []), ...(takesNoFolder ? [] : ['[DIR]'])].join(' ');

/** The words a shell can complete, from the tables that parse and that the help is written from. */
export function listWords(registry: Cli['registry']): WordTable {
	const {commands, questions} = registry;
	return {
		commands: commands.map(({name, summary, argument}) => ({
			name,
			help: summary,
			takes: argument === undefined ? undefined : (listChoices(argument) ?? 'path'),
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
