/**
Finds the line of an instruction, counted from 1; `undefined` if there is not exactly one. BuildKit names an instruction
without its line breaks, and with the values of its variables.
*/
export function findInstruction(dockerfile: string, instruction: string): number | undefined {
	const instructions = listInstructions(dockerfile);
	const image = /^load metadata for (\S+)$/.exec(instruction)?.[1];
	const named = normalize(instruction);
	const found = instructions.filter(({text}) =>
		image === undefined ? isNamed(normalize(text), named) : isFromImage(text, image, instructions),
	);
	return found.length === 1 ? found[0]?.line : undefined;
}

type Instruction = {readonly line: number; readonly text: string};

function listInstructions(dockerfile: string): readonly Instruction[] {
	const instructions: {line: number; text: string}[] = [];
	let isOpen = false;
	for (const [index, line] of dockerfile.split(/\r?\n/).entries()) {
		if (/^\s*(#|$)/.test(line)) continue;
		const text = line.replace(/\\\s*$/, ' ');
		const last = instructions.at(-1);
		if (isOpen && last) last.text += text;
		else instructions.push({line: index + 1, text});
		isOpen = text !== line;
	}

	return instructions;
}

const normalize = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether the text, with any values for its variables, is that name. */
function isNamed(text: string, name: string): boolean {
	const [start = '', ...parts] = text.split(/\$\{[^}]*\}|\$\w+/);
	const end = parts.pop();
	if (end === undefined) return text === name;
	if (!name.startsWith(start) || !name.endsWith(end)) return false;
	let at = start.length;
	for (const part of parts) {
		const found = name.indexOf(part, at);
		if (found === -1) return false;
		at = found + part.length;
	}
	return at <= name.length - end.length;
}

/** Whether an instruction takes the image, whose registry BuildKit adds. */
function isFromImage(text: string, image: string, instructions: readonly Instruction[]): boolean {
	const [, written = ''] =
		/^\s*FROM\s+(?:--\S+\s+)*(\S+)/i.exec(text) ?? /^\s*COPY\s.*?--from=(\S+)/i.exec(text) ?? [];
	const short = image.replace(/^docker\.io\/(?:library\/)?/, '');
	const name = fillIn(written, readDefaults(instructions)).replace(/^docker\.io\/(?:library\/)?/, '');
	return name !== '' && (name === short || `${name}:latest` === short);
}

/** The values of the arguments above the first FROM, where no build argument replaces them. */
function readDefaults(instructions: readonly Instruction[]): ReadonlyMap<string, string> {
	const first = instructions.findIndex(({text}) => /^\s*FROM\s/i.test(text));
	const values = new Map<string, string>();
	for (const {text} of instructions.slice(0, Math.max(0, first))) {
		const [, name, value = ''] = /^\s*ARG\s+(\w+)=(\S*)/i.exec(text) ?? [];
		if (name !== undefined) values.set(name, fillIn(value.replace(/^(["'])(.*)\1$/, '$2'), values));
	}
	return values;
}

/** Longer than any image name; a value that doubles with each argument ends there. */
const mostCharacters = 1000;

const fillIn = (text: string, values: ReadonlyMap<string, string>): string =>
	text
		.slice(0, mostCharacters)
		.replaceAll(
			/\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g,
			(_, name?: string, otherwise?: string, bare?: string) => {
				const value = values.get(name ?? bare ?? '');
				return value ? value : (otherwise ?? '');
			},
		)
		.slice(0, mostCharacters);
