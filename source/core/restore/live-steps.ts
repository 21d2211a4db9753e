import {Failure} from '../errors/failure.ts';
import {openMachineShell} from '../litestream/machine.ts';
import type {Finding, Step} from '../plan/step.ts';
import type {Readers} from '../readers.ts';
import {
	nameKept,
	type RestoreRequest,
	type RestoreState,
	readRestoreState,
	writeMarkerScript,
	writeStateScript,
} from './marker.ts';

/** A restore of the running app. */
export type LiveRestore = RestoreRequest & {
	readonly app: string;
	readonly machineId: string;
	readonly databasePath: string;
	readonly isRehearsal: boolean;
};

/** Returns the command that takes it back. @param swapped - When the restored database took the place of the old one. */
export const writeUndo = (swapped: string, isRehearsal: boolean): string =>
	`phxfly restore --at ${swapped}${isRehearsal ? ' --rehearse' : ''}`;

/** The journal has the id and the time of the latest one under this step: `ID TIME`. */
export const requestStep = 'request-restore';

export const restartStep = 'restart-machine';

const pollMs = 2000;

/** A restore of the machine's own ends by then. Milliseconds. */
const longestMs = 1_900_000;

/** A machine that has just started may not take commands yet. */
const mostTries = 5;

/**
Asks again while the machine does not answer.

@throws {Failure} `drill-unclear`, or what flyctl reported.
*/
export async function readMachineState(
	{app, machineId, databasePath}: Pick<LiveRestore, 'app' | 'machineId' | 'databasePath'>,
	{fly, clock}: Pick<Readers, 'fly' | 'clock'>,
): Promise<RestoreState> {
	const shell = openMachineShell(fly, app, machineId);
	for (let tries = 1; ; tries++) {
		try {
			const {stdout} = await shell.run(['sh', '-c', writeStateScript(databasePath)]);
			const state = readRestoreState(stdout);
			if (state) return state;
			if (tries === mostTries)
				throw new Failure('drill-unclear', `Machine ${machineId} does not say what is on its volume.`, {
					hint: 'Run it again.',
				});
		} catch (error) {
			if (tries === mostTries) throw error;
		}

		await clock.sleep(pollMs);
	}
}

/** Returns the steps of a restore of the running app: the marker, then the restart that carries it out. */
export function makeRestoreSteps(restore: LiveRestore): readonly Step[] {
	const {id, at, app, machineId, databasePath} = restore;
	const settle = (state: RestoreState): Finding | undefined => {
		const done = state.done.find(each => each.id === id);
		if (done) {
			const undo = writeUndo(done.swapped, restore.isRehearsal);
			const note = `the old database is in ${nameKept(databasePath, id)}; undo: ${undo}`;
			return {is: 'there', id: `${id} ${at}`, note};
		}

		if (state.failed?.id !== id) return undefined;
		return {
			is: 'conflict',
			code: 'drill-failed',
			why: `The machine could not restore ${app} as of ${at}: ${state.failed.why}. The database is as it was.`,
			hint: 'phxfly logs shows what Litestream said. Then run the restore again, or choose another time: phxfly restore --list',
		};
	};
	const ask: Step = {
		id: requestStep,
		title: 'Ask the machine to go back',
		needs: [],
		locks: [],
		usualSeconds: [1, 3],
		isNeeded: () => true,

		async look(_, readers) {
			const state = await readMachineState(restore, readers);
			const settled = settle(state);
			if (settled) return settled;
			const {waiting} = state;
			if (waiting?.id === id && !waiting.isTooOld) return {is: 'there', id: `${id} ${at}`};
			const lease = await readers.fly.viewLease(app, machineId);
			if (!lease) return {is: 'absent'};
			return {is: 'partial', missing: ['marker'], lease: {...lease, machineId, isOurs: false}};
		},

		actions: (_, finding) => [
			...(finding.is === 'partial' && finding.lease
				? [
						{
							kind: 'wait-for-lease' as const,
							machineId,
							untilMs: finding.lease.expiresAtMs,
							owner: finding.lease.owner,
						},
					]
				: []),
			{
				kind: 'fly',
				args: [
					...['machine', 'exec', machineId, `sh -c '${writeMarkerScript(databasePath, restore)}'`],
					...['--json', '--timeout', '15', '-a', app],
				],
				timeoutMs: 45_000,
				why: 'the next start within 15 min goes back',
			},
		],
	};
	const restart: Step = {
		id: restartStep,
		title: 'Restart the machine, which goes back',
		needs: [ask.id],
		locks: [],
		usualSeconds: [10, 90],
		isNeeded: () => true,

		async look(_, readers) {
			const machine = (await readers.fly.listMachines(app)).find(each => each.id === machineId);
			if (machine?.state !== 'started') return {is: 'partial', missing: ['machine started']};
			const {clock} = readers;
			const untilMs = clock.elapsed() + longestMs;
			let state = await readMachineState(restore, readers);
			while (state.waiting && state.isRestoring && clock.elapsed() < untilMs) {
				await clock.sleep(pollMs);
				state = await readMachineState(restore, readers);
			}

			return settle(state) ?? {is: 'partial', missing: ['restart']};
		},

		actions: (_, finding) => {
			const isDown = finding.is === 'partial' && finding.missing[0] === 'machine started';
			const args = isDown
				? ['machine', 'start', machineId, '-a', app]
				: ['machine', 'restart', machineId, '--skip-health-checks', '-a', app];
			return [
				{
					kind: 'fly',
					args,
					timeoutMs: 180_000,
					why: `the old database stays in ${nameKept(databasePath, id)}`,
				},
			];
		},
	};
	return [ask, restart];
}
