import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Given} from '../core/questions/gather.ts';
import type {Stop} from '../core/run/ports.ts';
import {createStop} from '../engine/stop.ts';

type Wanted = {
	readonly mode: 'read' | 'write';
	readonly given?: Given;
	readonly secrets?: readonly string[];
};

const nothing: Given = {flags: new Map(), environment: {}, secretFiles: new Map(), answersFile: new Map()};

/** From its call on an interrupt stops safely instead of at once. */
type Guard = () => Stop;

/**
Opens the project, lets `work` use it, and closes it whatever happens: the one place for lock, interrupts and close.

@param mode - `write` takes the project's lock.
@param given - What answers the questions; nothing where none are asked.
@param secrets - Names of the app's own secrets, instead of those on the command line.
*/
export async function withProject<Result>(
	cli: Cli,
	{mode, given = nothing, secrets}: Wanted,
	work: (project: Project, guard: Guard) => Promise<Result>,
): Promise<Result> {
	const project = await cli.openProject(mode, given, secrets);
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

/** Says that an earlier journal is not used, and where it is if this run moved it. */
export function sayArchived({say}: Pick<Cli, 'say'>, {journal}: Project, mode: 'read' | 'write'): void {
	if (!journal.archived) return;
	const {why, path} = journal.archived;
	say(
		mode === 'read'
			? `The journal is not used: ${why}.`
			: `The journal of an earlier run was put aside (${why}): ${path}. The setup goes on from the account.`,
	);
}

/** @throws {Failure} `folder-not-writable` (exit 9), before anything is changed. */
export async function requireWritableProject({canWriteProject}: Project): Promise<void> {
	if (await canWriteProject()) return;
	throw new Failure('folder-not-writable', 'Files cannot be written in the project folder.', {
		hint: 'Give yourself the right to write there, then run phxfly again. Nothing was changed.',
	});
}
