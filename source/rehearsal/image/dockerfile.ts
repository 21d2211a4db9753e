/** One instruction; a line that a backslash continues counts as one. */
export type Instruction = {
	/** In capitals. */
	readonly keyword: string;
	/** What follows the keyword and its flags. */
	readonly text: string;
	/** Such as `--from=builder`, by name. */
	readonly flags: ReadonlyMap<string, string>;
	/** Where it begins; counted from 1. */
	readonly line: number;
	/** The texts of its heredocs. */
	readonly heredocs: readonly string[];
};

export type Stage = {
	/** As AS gives it; `stage-1` for one without a name. */
	readonly name: string;
	readonly hasName: boolean;
	/** The image or the stage it begins with, as written. */
	readonly base: string;
	readonly from: Instruction;
	readonly instructions: readonly Instruction[];
};

export type Dockerfile =
	| {readonly ok: true; readonly stages: readonly Stage[]; readonly globals: readonly Instruction[]}
	/** In BuildKit's words. */
	| {readonly ok: false; readonly problem: string};

const keywords = new Set(
	'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
		' ',
	),
);

/**
Reads a Dockerfile by BuildKit's rules, and independently of phxfly's own reader: a rehearsal is to find what that one
gets wrong.

@see https://docs.docker.com/reference/dockerfile/
*/
export function parseDockerfile(source: string): Dockerfile {
	const instructions = listInstructions(source.replace(/^\uFEFF/, ''));
	if (instructions.length === 0) return {ok: false, problem: 'the Dockerfile cannot be empty'};
	const globals: Instruction[] = [];
	const stages: (Stage & {instructions: Instruction[]})[] = [];
	for (const instruction of instructions) {
		const {keyword, line, text} = instruction;
		const refuse = (reason: string): Dockerfile => ({
			ok: false,
			problem: `dockerfile parse error on line ${line}: ${reason}`,
		});
		if (!keywords.has(keyword)) return refuse(`unknown instruction: ${keyword}`);
		if (keyword === 'FROM') {
			const [, base, name] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(text) ?? [];
			if (base === undefined) return refuse('FROM requires either one or three arguments');
			stages.push({
				name: name?.toLowerCase() ?? `stage-${stages.length}`,
				hasName: name !== undefined,
				base,
				from: instruction,
				instructions: [],
			});
			continue;
		}

		const stage = stages.at(-1);
		if (stage) stage.instructions.push(instruction);
		else if (keyword === 'ARG') globals.push(instruction);
		else return {ok: false, problem: 'no build stage in current context'};
	}

	return stages.length === 0
		? {ok: false, problem: 'no build stage in current context'}
		: {ok: true, stages, globals};
}

function listInstructions(source: string): readonly Instruction[] {
	const lines = source.split('\n').map(line => line.replace(/\r$/, ''));
	const continued = findEscape(lines) === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
	const found: Instruction[] = [];
	for (let at = 0; at < lines.length; at++) {
		const first = lines[at] ?? '';
		if (/^\s*(?:#|$)/.test(first)) continue;
		const start = at;
		const parts: string[] = [];
		for (let line: string | undefined = first; line !== undefined; line = lines[++at]) {
			// Between continued lines, comments and empty lines do not count.
			if (at > start && /^\s*(?:#|$)/.test(line)) continue;
			parts.push(line.replace(continued, ''));
			if (!continued.test(line)) break;
		}

		const joined = parts.join('').trim();
		const keyword = /^\S+/.exec(joined)?.[0] ?? '';
		const heredocs: string[] = [];
		if (/^(?:RUN|COPY|ADD)$/i.test(keyword)) {
			for (const [, dash, word = ''] of joined.matchAll(/<<(-?)["']?([A-Za-z_]\w*)["']?/g)) {
				const body: string[] = [];
				const isEnd = (line: string) => (dash === '' ? line : line.replace(/^\t+/, '')) === word;
				for (at++; at < lines.length && !isEnd(lines[at] ?? ''); at++) body.push(lines[at] ?? '');
				heredocs.push(`${body.join('\n')}\n`);
			}
		}

		found.push({...splitFlags(keyword, joined), line: start + 1, heredocs});
	}

	return found;
}

/** Comments like `# escape=` count only at the top. */
function findEscape(lines: readonly string[]): string {
	for (const line of lines) {
		const [, name, value = ''] = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
		if (name === undefined) break;
		if (name.toLowerCase() === 'escape') return value;
	}

	return '\\';
}

function splitFlags(keyword: string, joined: string): Pick<Instruction, 'keyword' | 'text' | 'flags'> {
	const flags = new Map<string, string>();
	let text = joined.slice(keyword.length).trimStart();
	for (;;) {
		const match = /^--([a-z][\w-]*)(?:=(\S*))?(?:\s+|$)/.exec(text);
		if (!match) break;
		flags.set(match[1] ?? '', match[2] ?? 'true');
		text = text.slice(match[0].length);
	}

	return {keyword: keyword.toUpperCase(), text, flags};
}

/** Reads `["a", "b"]`; `undefined` for the shell form, also where the brackets are not JSON. */
export function readWordList(text: string): readonly string[] | undefined {
	if (!text.startsWith('[')) return undefined;
	try {
		const words: unknown = JSON.parse(text);
		return Array.isArray(words) && words.every(word => typeof word === 'string') ? words : undefined;
	} catch {
		return undefined;
	}
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; an unknown one becomes empty. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
	return text.replaceAll(
		/\\\$|\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g,
		(match, braced?: string, operator?: string, word = '', bare?: string) => {
			if (match === String.raw`\$`) return '$';
			const value = values.get(braced ?? bare ?? '') ?? '';
			if (operator === '-') return value === '' ? expand(word, values) : value;
			if (operator === '+') return value === '' ? '' : expand(word, values);
			return value;
		},
	);
}

/** Reads the pairs of `ENV A=1 B="2 3"` and of the old `ENV A 1`, variables replaced. */
export function readPairs(
	text: string,
	values: ReadonlyMap<string, string>,
): readonly (readonly [name: string, value: string])[] {
	const old = /^(\w+)\s+([^=].*)$/.exec(text);
	if (old && !/^\w+=/.test(text)) return [[old[1] ?? '', expand(unquote(old[2] ?? ''), values)]];
	return [...text.matchAll(/([\w.-]+)=((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])*)/g)].map(
		([, name = '', value = '']) => [name, expand(unquote(value), values)],
	);
}

const unquote = (value: string): string => value.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, '$1$2');
