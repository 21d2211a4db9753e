/** What a shell asks for before a place of a script. */
export type Conditions = {
	/** Variables that must be set, or must not: `if [ -n "$BUCKET_NAME" ]`. */
	readonly switches: readonly {readonly name: string; readonly isSet: boolean}[];
	/** There are others, which only a run would tell. */
	readonly hasOthers: boolean;
	/** The place is inside of an `if`, a `case`, or a loop. */
	readonly isInside: boolean;
};

type Block = {
	readonly asks: string;
	/** In the branch that is open. */
	readonly holds: boolean;
	/** In a branch that ends the script. */
	readonly left?: boolean;
};

/**
Reads the conditions under which a shell reaches a place: those of the blocks around it, and those of blocks before it that
end the script.

@param whole - Without comments, and with joined lines.
*/
export function readConditions(whole: string, place: number): Conditions {
	const code = blankOthers(whole, place);
	const open: Block[] = [];
	const guards: Block[] = [];
	const words = /(?:^|[;\n&|({])[ \t]*(if|elif|else|fi|case|esac|while|until|for|done|exec|exit)\b([^\n;]*)/g;
	// A separator ends one command and begins the next.
	for (let found = words.exec(code); found && found.index < place; found = words.exec(code)) {
		const [, word = '', rest = ''] = found;
		const start = found.index + found[0].length - rest.length;
		const block = open.at(-1);
		words.lastIndex = start;
		if (start - word.length >= place) break;
		if (word === 'exec' || word === 'exit') {
			if (block) open[open.length - 1] = {...block, left: block.holds};
		} else if (/^(?:fi|esac|done)$/.test(word)) {
			const closed = open.pop();
			if (closed?.left !== undefined) guards.push({...closed, holds: !closed.left});
		} else if (word === 'else' && block) open[open.length - 1] = {...block, holds: !block.holds};
		else if (word === 'elif' && block) open[open.length - 1] = {...block, asks: '', holds: true};
		else open.push({asks: word === 'if' ? rest.trim() : '', holds: true});
	}

	const line = code.slice(code.lastIndexOf('\n', place - 1) + 1, place);
	const [, inline] = /(\[\[?\s[^;|]*\]\]?)\s*&&[^;|]*$/.exec(line) ?? [];
	const all = [...open, ...guards, ...(inline === undefined ? [] : [{asks: inline, holds: true}])];
	const switches = all.flatMap(({asks, holds}) => readSwitch(asks, holds));
	return {
		switches,
		hasOthers: switches.length < all.length,
		isInside: open.length > 0 || inline !== undefined,
	};
}

/** Blanks subshells and functions: what ends there does not end the script. Every other character keeps its place. */
const blankOthers = (code: string, place: number): string =>
	code.replaceAll(
		/^[ \t]*(?:\([ \t]*$[\s\S]*?^[ \t]*\)|\w+ ?\(\)[ \t]*\{[ \t]*$[\s\S]*?^[ \t]*\}).*$/gm,
		(text, at: number) => (place >= at && place < at + text.length ? text : text.replaceAll(/[^\n]/g, ' ')),
	);

/** `[ -n "$NAME" ]`, `[ ! -z "${NAME:-}" ]`, `[ "$NAME" ]` */
function readSwitch(asks: string, holds: boolean): Conditions['switches'] {
	const [, not, test = '-n', name] =
		/^\[\[?\s+(!\s+)?(?:(-[nz])\s+)?"?\$\{?(\w+)(?::?[-+]\w*)?\}?"?\s+\]\]?$/.exec(asks) ?? [];
	if (name === undefined) return [];
	return [{name, isSet: ((test === '-n') === (not === undefined)) === holds}];
}
