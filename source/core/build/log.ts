import {toPlainText} from '../text/text.ts';

/** The step of a build that failed. */
export type FailedStep = {
	/** As BuildKit names it: `builder 10/12`. */
	readonly stage: string;
	/** `RUN mix compile`, in one line. */
	readonly instruction: string;
	/** What it printed, without times. */
	readonly lines: readonly string[];
};

/**
Finds the failed step in what flyctl printed of a build: BuildKit's plain log, the block in which it repeats the step, or
the log of Docker's older builder. Only lines of the build are read as such, and each belongs to the step that printed it.
flyctl tries twice; the last try with a failed step counts.

@param stderr - May be only its end, so that the first steps are cut off.
@param reason - What flyctl reports, to choose between steps that failed at the same time.
*/
export function readFailedStep(stderr: string, reason: string): FailedStep | undefined {
	const lines = toPlainText(stderr.replace(/\r\n?/g, '\n'))
		.split('\n')
		.map(line => line.slice(0, mostCharacters));
	for (const attempt of readAttempts(lines).reverse()) {
		const step = chooseFailed(attempt, reason);
		if (step) return step;
	}
	return readClassicStep(lines);
}

const mostCharacters = 2000;

type Step = {name: string | undefined; error: string | undefined; readonly lines: string[]};

type Attempt = {
	readonly steps: Map<string, Step>;
	readonly blocks: {readonly name: string; readonly lines: string[]}[];
};

const beginsAttempt = /^==> Building image/;

/** `#12 9.42 text`, `#12 [builder 3/12] RUN x`, `#12 ERROR: why`. */
const ofStep = /^#(\d{1,9}) (.*)$/;

const printed = /^\d+\.\d+(?: (.*))?$/;

const named = /^\[[^\]]+\] \S/;

const failed = /^ERROR: (.*)$/;

const heading = /^ > (.+):$/;

const rule = '------';

function readAttempts(lines: readonly string[]): Attempt[] {
	let attempt: Attempt = {steps: new Map(), blocks: []};
	const attempts = [attempt];
	let current: Step | undefined;
	let block: Attempt['blocks'][number] | undefined;
	let before = '';
	for (const line of lines) {
		// What a step prints after a carriage return looks like a separate line.
		const isOwn = current === undefined;
		const name = isOwn && before === rule ? heading.exec(line)?.[1] : undefined;
		before = line;
		if (isOwn && beginsAttempt.test(line)) {
			attempt = {steps: new Map(), blocks: []};
			attempts.push(attempt);
			block = undefined;
		} else if (name !== undefined) {
			block = {name, lines: []};
			attempt.blocks.push(block);
		} else if (block) {
			if (line === rule) block = undefined;
			else block.lines.push(line.replace(/^(?:#\d+ )?\d+\.\d+(?: |$)/, ''));
		} else {
			current = readStepLine(line, attempt, current);
		}
	}
	return attempts;
}

/**
Adds a line to its step.

@returns The step to which a line without a number belongs: one that a carriage return cut off.
*/
function readStepLine(line: string, {steps}: Attempt, current: Step | undefined): Step | undefined {
	const [, id, rest] = ofStep.exec(line) ?? [];
	if (id === undefined || rest === undefined) {
		if (line === '') return undefined;
		current?.lines.push(line);
		return current;
	}

	const step = steps.get(id) ?? {name: undefined, error: undefined, lines: []};
	steps.set(id, step);
	const text = printed.exec(rest);
	if (text) {
		step.lines.push(text[1] ?? '');
		return step;
	}

	if (named.test(rest)) step.name ??= rest;
	step.error ??= failed.exec(rest)?.[1];
	return undefined;
}

function chooseFailed({steps, blocks}: Attempt, reason: string): FailedStep | undefined {
	const all = [...steps.values()].filter(({error}) => error !== undefined);
	const step = all.findLast(({error}) => error !== undefined && reason.endsWith(error)) ?? all.at(-1);
	const repeated =
		blocks.find(({name}) => name === step?.name) ??
		blocks.findLast(({lines}) => step === undefined || lines.at(-1) === step.lines.at(-1));
	const name = step?.name ?? repeated?.name;
	if (name === undefined) return undefined;
	const [own, again] = [step?.lines ?? [], repeated?.lines ?? []];
	return {...splitName(name), lines: own.length >= again.length ? own : again};
}

function splitName(name: string): Pick<FailedStep, 'stage' | 'instruction'> {
	const [, stage = '', instruction = name] = /^\[\s*([^\]]+)\] (.*)$/.exec(name) ?? [];
	return {stage: squeeze(stage), instruction: squeeze(instruction)};
}

const squeeze = (text: string) => text.trim().replace(/\s+/g, ' ');

/** Docker's older builder prints `Step 3/12 : RUN x`, then what it prints, unmarked. */
function readClassicStep(lines: readonly string[]): FailedStep | undefined {
	const at = lines.findLastIndex(line => classic.test(line));
	const [, stage, instruction] = classic.exec(lines[at] ?? '') ?? [];
	if (stage === undefined || instruction === undefined) return undefined;
	const rest = lines.slice(at + 1);
	const end = rest.findLastIndex(line => line.startsWith('Error: '));
	return {
		stage: `step ${stage}`,
		instruction: squeeze(instruction),
		lines: rest.slice(0, end === -1 ? undefined : end).filter(line => !/^ ---> /.test(line)),
	};
}

const classic = /^Step (\d+\/\d+) : (.+)$/;
