import type {FlagWord, WordTable} from './word-table.ts';

/**
For a file `_phxfly` on zsh's fpath, or to be evaluated after `compinit`.

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
