/** An answer of S3: the name of its outermost element, and the texts of elements without children, by name. */
export type XmlAnswer = {
	readonly root: string;
	readonly texts: ReadonlyMap<string, readonly string[]>;
};

/** S3 answers with three levels. */
const deepestLevel = 20;

/**
Reads an answer of S3 in one pass. Nothing is looked for twice, so that the time grows only with the length.

@returns `undefined` for anything that is not well-formed, has a document type, or contains the code of something that is not a character.
*/
export function readXml(text: string): XmlAnswer | undefined {
	const texts = new Map<string, string[]>();
	const open: {readonly name: string; readonly from: number; hasChildren: boolean}[] = [];
	let root: string | undefined;
	for (let start = text.indexOf('<'); start !== -1; ) {
		const tag = readTag(text, start);
		if (!tag) return undefined;
		if (tag.is === 'open' || tag.is === 'empty') {
			if (open.length === 0 && root !== undefined) return undefined;
			root ??= tag.name;
			const parent = open.at(-1);
			if (parent) parent.hasChildren = true;
		}

		if (tag.is === 'open') {
			open.push({name: tag.name, from: tag.end, hasChildren: false});
			if (open.length > deepestLevel) return undefined;
		} else if (tag.is === 'close') {
			const element = open.pop();
			if (element?.name !== tag.name) return undefined;
			const content = element.hasChildren ? '' : decodeEntities(text.slice(element.from, start));
			if (content === undefined) return undefined;
			if (!element.hasChildren) append(texts, tag.name, content);
		}

		start = text.indexOf('<', tag.end);
	}

	return root === undefined || open.length > 0 ? undefined : {root, texts};
}

type Tag = {readonly is: 'open' | 'close' | 'empty' | 'aside'; readonly name: string; readonly end: number};

const name = /^[\p{L}_][\p{L}\d_.:-]*$/u;

function readTag(text: string, start: number): Tag | undefined {
	if (text.startsWith('<!--', start)) return readAside(text, start + 4, '-->');
	if (text.startsWith('<?', start)) return readAside(text, start + 2, '?>');
	const last = text.indexOf('>', start);
	const inside = text.slice(start + 1, last);
	// A hostile text opens many tags and closes none.
	if (last === -1 || inside.includes('<')) return undefined;
	const is = inside.startsWith('/') ? 'close' : inside.endsWith('/') ? 'empty' : 'open';
	const [word = ''] = inside.replace(/^\/|\/$/, '').split(/\s/, 1);
	return name.test(word) ? {is, name: word, end: last + 1} : undefined;
}

function readAside(text: string, from: number, close: string): Tag | undefined {
	const at = text.indexOf(close, from);
	return at === -1 ? undefined : {is: 'aside', name: '', end: at + close.length};
}

function append(texts: Map<string, string[]>, name: string, text: string): void {
	const known = texts.get(name);
	if (known) known.push(text);
	else texts.set(name, [text]);
}

const entities: ReadonlyMap<string, string> = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
]);

/** S3 writes a key's control characters by their code, though XML does not allow them. */
function decodeEntities(text: string): string | undefined {
	let isSound = true;
	const decoded = text.replace(
		/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
		(whole, hex?: string, decimal?: string, word?: string) => {
			if (word !== undefined) return entities.get(word) ?? whole;
			const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
			const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
			isSound &&= isCharacter;
			return isCharacter ? String.fromCodePoint(code) : '';
		},
	);
	return isSound ? decoded : undefined;
}
