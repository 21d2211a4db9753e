import {Failure} from '../errors/failure.ts';
import {type Diagnosis, diagnose, type Surroundings} from './causes.ts';
import {chooseLines} from './excerpt.ts';
import {type FailedStep, readFailedStep} from './log.ts';

/** What a log tells of a failed build; the cause of its failure. */
export class FailedBuild extends Error {
	/** `undefined` if it failed outside a step, or its log was lost. */
	readonly step: FailedStep | undefined;
	/** In the words of BuildKit. */
	readonly reason: string;
	/** Where and why it failed, without the lines that the step printed. */
	readonly summary: string;
	/** The lines that tell why. */
	readonly printed: readonly string[];

	constructor(parts: Pick<FailedBuild, 'step' | 'reason' | 'summary' | 'printed'>) {
		super(parts.reason);
		this.step = parts.step;
		this.reason = parts.reason;
		this.summary = parts.summary;
		this.printed = parts.printed;
	}
}

/** What the project says of a failed build. */
type Known = Partial<Surroundings> & {
	/** Replaces the general explanation. */
	readonly explanation?: Pick<Diagnosis, 'sentence' | 'next'> | undefined;
};

/** @param reason - flyctl's error, without what all builds have in common. */
export function explainBuildFailure(stderr: string, reason: string): Failure {
	return failBuild(readFailedStep(stderr, reason), reason);
}

/** Says why a build failed, in which step, and what it printed. */
export function failBuild(
	step: FailedStep | undefined,
	reason: string,
	{app = 'APP', place, explanation}: Known = {},
): Failure {
	const diagnosis = diagnose(step ?? nothing, reason, {app, place: place ?? 'that line of the Dockerfile'});
	const {sentence, next} = explanation ?? diagnosis ?? unknown(app);
	const printed = chooseLines(step?.lines ?? []);
	const summary = [sentence, describePlace(step, reason, place)].filter(Boolean).join(' ');
	const message = [
		summary,
		...(printed.length > 0 ? ['It printed:', ...printed.map(line => `  ${line}`)] : []),
	];
	return new Failure(diagnosis?.code ?? 'build-failed', message.join('\n'), {
		hint: next,
		cause: new FailedBuild({step, reason, summary, printed}),
	});
}

const nothing = {instruction: '', lines: []};

const unknown = (app: string) => ({
	sentence: '',
	next: `Fix the cause, then run phxfly again. To try only the build: fly deploy --build-only -a ${app}`,
});

const mostCharacters = 200;

function describePlace(step: FailedStep | undefined, reason: string, place: string | undefined): string {
	const why = wordReason(reason).slice(0, mostCharacters);
	const where = place ? ` (${place})` : '';
	if (!step) return `The build failed${where}: ${why}`;
	const stage = step.stage === '' ? '' : `[${step.stage}] `;
	return `The build failed in ${stage}${step.instruction.slice(0, mostCharacters)}${where}: ${why}`;
}

/** The command is named already, and a checksum says nothing. */
const wordReason = (reason: string): string =>
	reason
		.replace(/^(?:process|The command) ".*" did not complete successfully: (exit code): /, '$1 ')
		.replace(/^executor failed running \[.*\]: (exit code): /, '$1 ')
		.replace(/^The command '.*' returned a non-zero code: /, 'exit code ')
		.replace(/^failed to compute cache key: /, '')
		.replace(/^failed to calculate checksum of ref \S+: /, '');
