import {type Flow, FlyError, look, wait} from '../world/effects.ts';
import {findMachine} from '../world/find.ts';
import {listLogLines} from '../world/log.ts';
import type {Deployment} from './deployment.ts';

const smokeMs = 10_000;

/** Waits for a started machine: its start, the smoke checks, its health checks. @throws {FlyError} for a crash or a time-out. */
export function* awaitMachine(deployment: Deployment, id: string): Flow<void> {
	yield* awaitStart(deployment, id);
	if (deployment.context.flags.bool('smoke-checks') || !deployment.context.flags.knows('smoke-checks')) {
		yield* smoke(id);
	}
	yield* awaitHealth(deployment, id);
}

export function* awaitStart({waitTimeoutMs}: Deployment, id: string): Flow<void> {
	const from = yield* look((_, nowMs) => nowMs);
	for (;;) {
		const {state, nowMs} = yield* look((world, at) => ({state: findMachine(world, id).state, nowMs: at}));
		if (state === 'started' || state === 'stopped') return;
		if (nowMs - from > waitTimeoutMs) {
			throw new FlyError(
				[
					"timeout reached waiting for machine's state to change",
					'Your machine was created, but never started or exited immediately. This could mean that your app is taking a long time to start,',
					'but it could be indicative of a region issue.',
				].join('\n'),
			);
		}
		yield* wait(500);
	}
}

export function* smoke(id: string): Flow<void> {
	for (let waitedMs = 0; ; waitedMs += 1_000) {
		const {state, lines} = yield* look(world => {
			const machine = findMachine(world, id);
			return {state: machine.state, lines: listLogLines(machine)};
		});
		if (state === 'stopped') {
			throw new FlyError(
				[
					`smoke checks for ${id} failed: the app appears to be crashing`,
					'',
					`Check its logs: here's the last lines below, or run 'fly logs -i ${id}':`,
					...lines.map(({message}) => `  ${message}`),
				].join('\n'),
			);
		}
		if (waitedMs >= smokeMs) return;
		yield* wait(1_000);
	}
}

export function* awaitHealth({waitTimeoutMs}: Deployment, id: string): Flow<void> {
	const from = yield* look((_, nowMs) => nowMs);
	for (;;) {
		const {isHealthy, nowMs} = yield* look((world, at) => ({
			isHealthy: findMachine(world, id).checks.every(({status}) => status === 'passing'),
			nowMs: at,
		}));
		if (isHealthy) return;
		if (nowMs - from > waitTimeoutMs) {
			throw new FlyError(
				`timeout reached waiting for health checks to pass for machine ${id}: failed to get VM ${id}: net/http: request canceled`,
			);
		}
		yield* wait(1_000);
	}
}
