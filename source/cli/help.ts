import type {CommandEntry} from '../core/command/context.ts';
import type {Question} from '../core/questions/question.ts';
import {buildProgram} from './arguments.ts';

/** The help of one command, or of all: examples first, then flags. From the same tables that parse. */
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
			: 'phxfly - takes a Phoenix app to one protected, proved machine on Fly.io',
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
		'Exit codes: 0 done and proved, 1 failed, 2 usage, 3 not everything proved yet, 4 flyctl, 5 answer missing,',
		'            6 drift, 7 ambiguous, 8 locked, 9 refused before any change, 130/143 interrupted',
		'',
	].join('\n');
}

const showUsage = ({name, argument, takesNoFolder}: CommandEntry) =>
	[name, ...(argument ? [argument] : []), ...(takesNoFolder ? [] : ['[DIR]'])].join(' ');
