export type Text = {
	readonly kind: 'comment' | 'string';
	readonly line: number;
	readonly text: string;
	/** The title of a test or of a group of tests. */
	readonly isTitle: boolean;
};

/** What can come before a slash that starts a regular expression. */
const beforePattern = /(?:^|[=(,:[!&|?{};\n>+]|\b(?:return|case|typeof))\s*$/;

/** A title is the first argument of `test` or `describe`, also behind `.each(…)` or `.skipIf(…)`. */
const beforeTitle =
	/(?:\b(?:test|describe|inShell)(?:\.\w+)*(?:\([^()]*\))?|\]\s*(?:as const)?\)|\.each\(\w+(?:\.\w+)*(?:\([^()]*\))?\))\(\s*$/;

/**
Returns the comments and the quoted texts of a TypeScript file, without import paths. Values inside a template become
`…`, and a comment over several lines is one text.
*/
export function listTexts(source: string): readonly Text[] {
	const texts: Text[] = [];
	let at = 0;

	const add = (kind: Text['kind'], from: number, text: string) => {
		const before = source.slice(0, from);
		const isTitle = kind === 'string' && beforeTitle.test(before.slice(-120));
		texts.push({kind, line: before.split('\n').length, text, isTitle});
	};

	const skipPattern = () => {
		let inClass = false;
		for (at++; at < source.length && source[at] !== '\n'; at++) {
			const char = source[at];
			if (char === '\\') at++;
			else if (char === '[') inClass = true;
			else if (char === ']') inClass = false;
			else if (char === '/' && !inClass) break;
		}

		at++;
	};

	const readQuoted = (quote: string) => {
		const from = at;
		const body = new RegExp(`${quote}((?:\\\\.|[^${quote}\\\\\\n])*)${quote}`, 'y');
		body.lastIndex = at;
		const found = body.exec(source);
		// An apostrophe in JSX text has no closing quote on its line.
		at += found ? found[0].length : 1;
		const before = source.slice(Math.max(0, from - 12), from);
		if (found && !/\b(?:from|import)\s*\(?$/.test(before))
			add('string', from, found[1]?.replace(/\\(['"])/g, '$1') ?? '');
	};

	const readTemplate = () => {
		const from = at;
		let text = '';
		for (at++; at < source.length && source[at] !== '`'; at++) {
			if (source[at] === '\\') text += source[++at] === 'n' ? '\n' : source[at];
			else if (source.startsWith('${', at)) {
				at += 2;
				readCode(true);
				text += '…';
			} else text += source[at];
		}

		at++;
		add('string', from, text);
	};

	/** Stops at the brace that closes a template's value, or at the end; leaves `at` on it. */
	function readCode(inTemplate: boolean): void {
		let depth = 0;
		while (at < source.length) {
			const char = source[at] ?? '';
			if (inTemplate && char === '}' && depth === 0) return;
			if (char === '{') depth++;
			if (char === '}') depth--;
			if (source.startsWith('//', at) || source.startsWith('/*', at)) {
				const isLine = source[at + 1] === '/';
				const found = source.indexOf(isLine ? '\n' : '*/', at);
				const end = found < 0 ? source.length : found;
				add(
					'comment',
					at,
					source
						.slice(at + 2, end)
						.replace(/\n\s*\*?/g, ' ')
						.replace(/^[*\s]+/, '')
						.trim(),
				);
				at = isLine ? end : end + 2;
			} else if (char === '/' && beforePattern.test(source.slice(Math.max(0, at - 20), at))) skipPattern();
			else if (char === "'" || char === '"') readQuoted(char);
			else if (char === '`') readTemplate();
			else at++;
		}
	}

	readCode(false);
	return texts.toSorted((one, other) => one.line - other.line);
}
