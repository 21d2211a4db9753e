import {Failure} from '../errors/failure.ts';
import {toPlainText} from '../text/text.ts';

/** The step of a build that failed, and why; the cause of a `build-failed`. */
export class FailedBuild extends Error {
	/** As BuildKit names it: `builder 10/12`. */
	readonly stage: string;
	/** `RUN mix compile`. */
	readonly instruction: string;
	/** In the words of BuildKit. */
	readonly reason: string;
	/** The last lines it printed. */
	readonly lines: readonly string[];

	constructor({
		stage,
		instruction,
		reason,
		lines,
	}: Pick<FailedBuild, 'stage' | 'instruction' | 'reason' | 'lines'>) {
		super(reason);
		this.stage = stage;
		this.instruction = instruction;
		this.reason = reason;
		this.lines = lines;
	}
}

/** Reads the block in which BuildKit repeats the failed step and its last lines. flyctl tries twice; the last block counts. */
export function readFailedBuild(stderr: string, reason: string): FailedBuild | undefined {
	const all = toPlainText(stderr).split('\n');
	const at = all.findLastIndex((line, index) => heading.test(line) && all[index - 1] === rule);
	const [, stage, instruction] = heading.exec(all[at] ?? '') ?? [];
	if (stage === undefined || instruction === undefined) return undefined;
	const rest = all.slice(at + 1);
	const end = rest.indexOf(rule);
	const lines = rest
		.slice(0, end === -1 ? mostLines : end)
		.map(line => line.replace(/^\d+\.\d+ /, '').slice(0, mostCharacters))
		.slice(-mostLines);
	return new FailedBuild({stage: stage.replace(/\s+/g, ' '), instruction, reason, lines});
}

const rule = '------';

const heading = /^ > \[([^\]]+)\] (.+):$/;

/** BuildKit repeats as many. */
const mostLines = 10;

const mostCharacters = 200;

/**
Says which step of the build failed, why, and what it printed last.

@param place - The line of the Dockerfile, if it is known.
*/
export function failBuild(build: FailedBuild, hint: string, place?: string): Failure {
	const {stage, instruction, reason, lines} = build;
	const shown = instruction.slice(0, mostCharacters);
	const printed = lines.filter(line => line.trim() !== '');
	const message = [
		`The build failed in [${stage}] ${shown}${place ? ` (${place})` : ''}: ${reason}`,
		...(printed.length > 0 ? ['Its last lines:', ...printed.map(line => `  ${line}`)] : []),
	].join('\n');
	return new Failure('build-failed', message, {hint, cause: build});
}

/**
Finds the line of an instruction, counted from 1; `undefined` if there is not exactly one. BuildKit names an instruction
without its line breaks, and with the values of its variables.
*/
export function findInstruction(dockerfile: string, instruction: string): number | undefined {
	const named = normalize(instruction);
	const found = listInstructions(dockerfile).filter(({text}) => toPattern(normalize(text)).test(named));
	return found.length === 1 ? found[0]?.line : undefined;
}

function listInstructions(dockerfile: string): readonly {readonly line: number; readonly text: string}[] {
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

const normalize = (text: string) => text.trim().replace(/\s+/g, ' ');

const toPattern = (text: string) =>
	new RegExp(
		`^${text
			.split(/\$\{[^}]*\}|\$\w+/)
			.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
			.join('.*')}$`,
		'i',
	);
