/** Every word of the command line, in help order. */
export type WordTable = {
	readonly commands: readonly CommandWord[];
	readonly flags: readonly FlagWord[];
};

type CommandWord = {
	readonly name: string;
	readonly help: string;
	/** What its first word may be, if that is not a folder. */
	readonly takes: readonly string[] | 'path' | undefined;
};

export type FlagWord = {
	/** `--region`. */
	readonly long: string;
	/** `-q`. */
	readonly short: string | undefined;
	readonly help: string;
	/** What follows it: one of these words, a path, anything, or nothing. */
	readonly takes: readonly string[] | 'path' | 'text' | undefined;
};

/**
Writes a script for a file `_phxfly` on zsh's fpath, or to evaluate after `compinit`.

@see https://zsh.sourceforge.io/Doc/Release/Completion-System.html
*/
export function writeZshCompletion({commands, flags}: WordTable): string {
	const own = commands.flatMap(({name, takes}) =>
		takes === undefined
			? []
			: [`\t\t\t\t${name}) ${typeof takes === 'object' ? `_values word ${takes.join(' ')}` : '_files'} ;;`],
	);
	return `#compdef phxfly
# phxfly completion for zsh
_phxfly() {
	local curcontext=$curcontext state line
	typeset -A opt_args
	local -a commands
	commands=(
${commands.map(({name, help}) => `\t\t${quote(`${name}:${help}`)}`).join('\n')}
	)
	_arguments -C \\
${flags.map(flag => `\t\t${writeSpec(flag)} \\`).join('\n')}
		'1: :->first' \\
		'*: :->rest'
	case $state in
		first)
			_describe -t commands command commands
			_files -/
			;;
		rest)
			case $line[1] in
${own.join('\n')}
				*) _files -/ ;;
			esac
			;;
	esac
}
if [ "$funcstack[1]" = _phxfly ]; then
	_phxfly "$@"
else
	compdef _phxfly phxfly
fi
`;
}

function writeSpec({long, short, help, takes}: FlagWord): string {
	const text = `[${help.replaceAll(/[[\\\]:]/g, String.raw`\$&`)}]`;
	const value = writeValue(takes);
	if (!short) return quote(`${long}${text}${value}`);
	return `'(${short} ${long})'{${short},${long}}${quote(`${text}${value}`)}`;
}

function writeValue(takes: FlagWord['takes']): string {
	if (takes === undefined) return '';
	if (takes === 'path') return ':file:_files';
	return takes === 'text' ? ':value:' : `:value:(${takes.join(' ')})`;
}

const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

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
		...commands.map(({name, help}) => `complete -c phxfly -n '${none}' -a ${name} -d ${quoteForFish(help)}`),
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
	const value = writeFishValue(takes);
	return `complete -c phxfly ${name}${value} -d ${quoteForFish(help)}`;
}

function writeFishValue(takes: FlagWord['takes']): string {
	if (takes === undefined) return '';
	if (takes === 'path') return ' -r -F';
	return takes === 'text' ? ' -x' : ` -x -a '${takes.join(' ')}'`;
}

/** In fish only the quote and the backslash mean something between single quotes. */
const quoteForFish = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/**
For bash 3.2 and later, without the bash-completion package.

@see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
*/
export function writeBashCompletion({commands, flags}: WordTable): string {
	const names = commands.map(({name}) => name).join(' ');
	const words = flags.flatMap(({long, short}) => (short ? [short, long] : [long])).join(' ');
	return `# phxfly completion for bash
_phxfly() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= each at
	local files=0 folders=0 words=
	COMPREPLY=()
	for ((at = 1; at < COMP_CWORD; at++)); do
		case \${COMP_WORDS[at]} in
			${commands.map(({name}) => name).join('|')}) command=\${COMP_WORDS[at]}; break ;;
		esac
	done
	case $before in
${flags.flatMap(writeFlagCase).join('\n')}
		*)
			case $word in
				-*) words='${words}' ;;
				*)
					folders=1
					case $command in
						'') words='${names}' ;;
${commands.flatMap(writeCommandCase).join('\n')}
					esac
					;;
			esac
			;;
	esac
	if [ -n "$words" ]; then
		while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -W "$words" -- "$word")
	fi
	if [ "$files" -eq 1 ]; then
		compopt -o filenames 2>/dev/null
		while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -f -- "$word")
	elif [ "$folders" -eq 1 ]; then
		compopt -o filenames 2>/dev/null
		while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -d -- "$word")
	fi
}
complete -F _phxfly phxfly
`;
}

function writeFlagCase({long, short, takes}: FlagWord): readonly string[] {
	if (takes === undefined) return [];
	const pattern = short ? `${short}|${long}` : long;
	if (takes === 'path') return [`\t\t${pattern}) files=1 ;;`];
	return [`\t\t${pattern}) ${typeof takes === 'object' ? `words='${takes.join(' ')}'` : ':'} ;;`];
}

function writeCommandCase({name, takes}: WordTable['commands'][number]): readonly string[] {
	if (takes === undefined) return [];
	const does = typeof takes === 'object' ? `words='${takes.join(' ')}' folders=0` : 'files=1';
	return [`\t\t\t\t\t\t${name}) ${does} ;;`];
}
