import {type Answers, readAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {findGivenLook} from '../core/command/look.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Given} from '../core/questions/gather.ts';
import type {Stop} from '../core/run/ports.ts';
import {stopped} from '../engine/step.ts';
import {createStop} from '../engine/stop.ts';

type Options = {
	readonly mode: 'read' | 'write';
	readonly given?: Given;
	readonly secrets?: readonly string[];
	readonly config?: string | undefined;
};

const nothing: Given = {flags: new Map(), environment: {}, secretFiles: new Map(), answersFile: new Map()};

/** After its call, an interrupt stops safely instead of at once. */
type Guard = () => Stop;

/**
Opens the project, lets `work` use it, and closes it whatever happens. Only here are lock, interrupts, and close handled.

@param mode - `write` takes the project's lock.
@param given - Answers from flags, environment, and files. Commands without questions need none.
@param secrets - Names of the app's own secrets, instead of those on the command line.
@param config - The configuration, instead of the one on the command line.
*/
export async function withProject<Result>(
	cli: Cli,
	{mode, given = nothing, secrets, config}: Options,
	work: (project: Project, guard: Guard) => Promise<Result>,
): Promise<Result> {
	const project = await cli.openProject(mode, given, {namedSecrets: secrets, config});
	let unlisten: () => void = () => undefined;
	const guard: Guard = () => {
		const stop = createStop();
		unlisten = cli.host.onSignal(stop.interrupt);
		return stop;
	};
	try {
		return await work(project, guard);
	} finally {
		unlisten();
		await project.close();
	}
}

/**
Waits for work that changes nothing: the first signal ends it at once, also while an answer does not come.

@throws {Failure} `stopped` (exit 130 or 143) on a signal.
*/
export async function unlessStopped<Result>(stop: Stop, reading: Promise<Result>): Promise<Result> {
	const {graceful} = stop;
	let end: () => void = () => undefined;
	const ended = new Promise<never>((_, reject) => {
		end = () => reject(stopped(stop));
		if (graceful.aborted) end();
		graceful.addEventListener('abort', end, {once: true});
	});
	// What was left behind may still fail, and has no reader.
	reading.catch(() => undefined);
	try {
		return await Promise.race([reading, ended]);
	} finally {
		graceful.removeEventListener('abort', end);
	}
}

/** Says sentences about the work of a command, as `openLines` does. */
export function openProgress(cli: Cli, project: Project, id: string): (line: string) => void {
	const passOn = openLines(cli, project, id);
	return line => passOn('stderr', line);
}

/**
Passes lines on while a command works: an event with `--json`; otherwise `stdout` without secrets, and `stderr` as a message.

@param id - The command that the lines are of.
*/
export const openLines =
	({options, emit, print, say}: Cli, {redactor}: Project, id: string) =>
	(stream: 'stdout' | 'stderr', line: string): void => {
		if (options.json) emit({type: 'line-printed', id, stream, line});
		else if (stream === 'stderr') say(line);
		else print(`${redactor.clean(line)}\n`);
	};

/** Says where the journal of a moved project comes from, whose answers do not count, why phxfly ignores one that it cannot use, and why there is no log. */
export function sayStateProblems(
	{say}: Pick<Cli, 'say'>,
	{journal, logProblem, flyTomlPath}: Project,
	mode: 'read' | 'write',
): void {
	if (logProblem !== undefined) say(logProblem);
	if (journal.movedFrom !== undefined)
		say(`This project was in ${journal.movedFrom} before. phxfly uses the journal from there.`);
	if (journal.otherFlyToml !== undefined)
		say(
			`The last setup used ${journal.otherFlyToml}. Its answers do not count for ${flyTomlPath}, which is another app.`,
		);
	if (!journal.archived) return;
	const {why, path} = journal.archived;
	say(
		mode === 'read'
			? `Ignoring the journal: ${why}.`
			: `Could not use the previous journal (${why}). Moved it to ${path}; continuing from the state of your account.`,
	);
}

/** @throws {Failure} `folder-not-writable` (exit 9), before anything is changed. */
export async function requireWritableProject({canWriteProject}: Project): Promise<void> {
	if (await canWriteProject()) return;
	throw new Failure('folder-not-writable', 'Cannot write files in the project folder.', {
		hint: "Fix the folder's permissions, then run phxfly again. Nothing was changed.",
	});
}

/** Keeps what the person chose, once it led to a setup, for the next project. */
export async function rememberChoices(
	{options, person}: Pick<Cli, 'options' | 'person'>,
	{questions, preferences}: Project,
	answers: Answers,
	exit: number,
): Promise<void> {
	if (exit !== exitCodes.done && exit !== exitCodes.unproved) return;
	const chosen = questions.flatMap(({id, kind, isPreference}) => {
		const value = isPreference && kind !== 'secret' ? readAnswer(answers, id) : undefined;
		return value === undefined ? [] : [[id, value] as const];
	});
	await preferences?.remember(new Map(chosen), person && findGivenLook(options));
}
