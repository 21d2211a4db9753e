import {buildProgram} from './cli/arguments.ts';
import {profiles, providers} from './cli/registry.ts';
import type {FlagWord, WordTable} from './core/command/completion.ts';
import type {CommandEntry} from './core/command/context.ts';
import type {Question} from './core/questions/question.ts';

/** The words a shell can complete, from the tables that parse and that the help is written from. */
export function listWords(commands: readonly CommandEntry[], questions: readonly Question[]): WordTable {
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
			takes: readPlaceholder(long, /[<[](.*)[>\]]/.exec(flags)?.[1]),
		})),
	};
}

function readPlaceholder(long: string | undefined, placeholder: string | undefined): FlagWord['takes'] {
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
