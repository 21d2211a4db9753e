import {type Dockerfile, readCopy, readDockerfile} from './dockerfile.ts';

/**
Finds the line of an instruction, counted from 1; `undefined` if there is not exactly one. BuildKit names an instruction
without its line breaks, and with the values of its variables.
*/
export function findInstruction(dockerfile: string, instruction: string): number | undefined {
	const read = readDockerfile('Dockerfile', dockerfile);
	const image = /^load metadata for (\S+)$/.exec(instruction)?.[1];
	const lines = image === undefined ? findNamed(read, normalize(instruction)) : findImage(read, image);
	return lines.length === 1 ? lines[0] : undefined;
}

const findNamed = ({instructions}: Dockerfile, name: string): readonly number[] =>
	instructions
		.filter(({keyword, text}) => isNamed(normalize(`${keyword} ${text}`), name))
		.map(({line}) => line);

/** Where an image is taken, whose registry BuildKit adds. */
function findImage({stages, instructions}: Dockerfile, image: string): readonly number[] {
	const wanted = shorten(image);
	const isImage = (name: string) => shorten(name) === wanted || `${shorten(name)}:latest` === wanted;
	return [
		...stages.filter(({base, parent}) => parent === undefined && isImage(base)).map(({from}) => from.line),
		...instructions.filter(each => isImage(readCopy(each)?.from ?? '')).map(({line}) => line),
	];
}

const shorten = (image: string): string => image.replace(/^docker\.io\/(?:library\/)?/, '');

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
