import type {FlagWord, WordTable} from './word-table.ts';

/** @see https://fishshell.com/docs/current/completions.html */
export function writeFishCompletion({commands, flags}: WordTable): string {
	const names = commands.map(({name}) => name).join(' ');
	const none = `not __fish_seen_subcommand_from ${names}`;
	const alone = commands.filter(({takes}) => typeof takes === 'object').map(({name}) => name);
	const folders = alone.length === 0 ? '' : ` -n 'not __fish_seen_subcommand_from ${alone.join(' ')}'`;
	return [
		'# phxfly completion for fish',
		'complete -c phxfly -f',
		`complete -c phxfly${folders} -a '(__fish_complete_directories)'`,
		...commands.map(({name, help}) => `complete -c phxfly -n '${none}' -a ${name} -d ${quote(help)}`),
		...commands.flatMap(({name, takes}) => {
			if (takes === undefined) return [];
			const seen = `-n '__fish_seen_subcommand_from ${name}'`;
			return typeof takes === 'object'
				? [`complete -c phxfly ${seen} -a '${takes.join(' ')}'`]
				: [`complete -c phxfly ${seen} -F`];
		}),
		...flags.map(writeFlag),
		'',
	].join('\n');
}

function writeFlag({long, short, help, takes}: FlagWord): string {
	const name = [...(short ? [`-s ${short.slice(1)}`] : []), `-l ${long.slice(2)}`].join(' ');
	const value = writeValue(takes);
	return `complete -c phxfly ${name}${value} -d ${quote(help)}`;
}

function writeValue(takes: FlagWord['takes']): string {
	if (takes === undefined) return '';
	if (takes === 'path') return ' -r -F';
	return takes === 'text' ? ' -x' : ` -x -a '${takes.join(' ')}'`;
}

/** In fish only the quote and the backslash mean something between single quotes. */
const quote = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
