import type {FlagWord, WordTable} from '../completion/word-table.ts';

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
