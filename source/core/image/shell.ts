const longestText = 256 * 1024;

/** Lists the commands of a script, each whole and with the line where it begins: joins what `\` continues, drops comments. */
export function joinLines(text: string): readonly {readonly line: number; readonly text: string}[] {
	const joined: {line: number; text: string}[] = [];
	let open: {line: number; parts: string[]} | undefined;
	for (const [index, raw] of text
		.slice(0, longestText)
		.split(/\r\n|\n/)
		.entries()) {
		const line = raw.trim();
		if (line === '' || line.startsWith('#')) continue;
		open ??= {line: index + 1, parts: []};
		const continues = line.endsWith('\\');
		open.parts.push(continues ? line.slice(0, -1) : line);
		if (continues) continue;
		joined.push({line: open.line, text: open.parts.join(' ')});
		open = undefined;
	}

	if (open) joined.push({line: open.line, text: open.parts.join(' ')});
	return joined;
}

/** Splits a line at `;`, `&&`, `||`, `|` and `&` outside quotes. */
export function splitCommands(text: string): readonly {readonly text: string; readonly end: string}[] {
	const parts: {text: string; end: string}[] = [];
	let quote = '';
	let from = 0;
	const push = (to: number, end: string) => {
		const written = text.slice(from, to);
		if (/^\s*else\s+\S/.test(written)) parts.push({text: 'else', end: ''});
		const part = written.replace(/^\s*(?:then|else|do|\(|\{)\s+/, '').trim();
		if (part !== '') parts.push({text: part, end});
		from = to + end.length;
	};
	for (let index = 0; index < text.length; index++) {
		const sign = text.charAt(index);
		if (quote !== '') {
			if (sign === quote) quote = '';
			else if (sign === '\\' && quote === '"') index++;
		} else if (sign === '"' || sign === "'") quote = sign;
		else if (sign === '\\') index++;
		else if (sign === '#' && /\s/.test(text.charAt(index - 1))) {
			push(index, '');
			return parts;
		} else if (/[;&|]/.test(sign) && !/[<>]/.test(text.charAt(index - 1)) && text.charAt(index + 1) !== '>') {
			const end = text.charAt(index + 1) === sign && sign !== ';' ? sign + sign : sign;
			push(index, end);
			index += end.length - 1;
		}
	}

	push(text.length, '');
	return parts;
}

/** Reads the words of a simple command, without its assignments and `exec`. */
export function readCommand(text: string): {readonly words: readonly string[]; readonly isExec: boolean} {
	const words = [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
		word.replace(/^(["'])([\s\S]*)\1$/, '$2'),
	);
	const first = words.findIndex(word => !/^\w+=/.test(word));
	const rest = first === -1 ? [] : words.slice(first);
	return rest[0] === 'exec' ? {words: rest.slice(1), isExec: true} : {words: rest, isExec: false};
}
