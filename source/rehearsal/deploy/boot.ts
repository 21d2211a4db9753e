import {asList, asTable} from '../config/config.ts';
import {findReplica} from '../remote/replica.ts';
import {type Flow, FlyError, look, wait} from '../world/effects.ts';
import {readEnvironment} from '../world/environment.ts';
import {findMachine} from '../world/find.ts';
import {isReplicating, listLogLines} from '../world/log.ts';
import {makeUlid} from '../world/make.ts';
import {deploySecrets} from '../world/secrets.ts';
import type {Machine, World} from '../world/world.ts';
import type {Deployment} from './deployment.ts';

/** Why an app exits when it starts: its last lines, and the exit code. */
type Crash = {readonly lines: readonly string[]; readonly exit: number};

/** Finds what a start lacks: a program, or a variable. */
function findCrash(world: World, machine: Machine): Crash | undefined {
	const {config, hasLitestream, judgment, needs} = machine;
	if (judgment?.fault) return judgment.fault;
	const {names} = readEnvironment(machine);
	const end = (...lines: readonly string[]): Crash => ({lines, exit: 1});
	const hasKeys = ['LITESTREAM', 'AWS'].some(
		prefix => names.has(`${prefix}_ACCESS_KEY_ID`) && names.has(`${prefix}_SECRET_ACCESS_KEY`),
	);
	const isRequired =
		(judgment ? judgment.demandsReplica : hasLitestream) &&
		asTable(config.env).LITESTREAM_REQUIRED !== 'false';
	if (isRequired && !names.has('LITESTREAM_REPLICA_URL')) return end('LITESTREAM_REPLICA_URL is missing');
	if (isRequired && !hasKeys) return end('no object storage keys: set AWS_* or LITESTREAM_* access keys');
	if (!names.has('SECRET_KEY_BASE'))
		return end('** (RuntimeError) environment variable SECRET_KEY_BASE is missing.');
	if (isReplicating(machine) && judgment?.isSure && !judgment.demandsReplica) {
		const replica = findReplica(world, machine);
		if ('problem' in replica && replica.isFatal) return end(replica.problem.trimEnd());
	}

	const missing = needs?.find(({name}) => !names.has(name));
	return missing && end(...missing.lines);
}

/** (Re)starts a machine with the current configuration and secrets; the rest happens automatically. */
export function startMachine(world: World, nowMs: number, machine: Machine, event: string): void {
	machine.secrets = deploySecrets(world, machine.app);
	const crash = findCrash(world, machine);
	const checks = asList(machine.config.services).flatMap(service =>
		asList(service.checks).map((check, index) => ({
			name: `servicecheck-${String(index).padStart(2, '0')}-http-${String(service.internal_port)}`,
			status: 'warning' as const,
			output: 'waiting for status update',
			updated_at: new Date(nowMs).toISOString(),
			path: String(check.path ?? '/'),
		})),
	);
	const answer = checks.flatMap(({path}) =>
		path.startsWith('/never') ? '404 Not Found' : (machine.refusedPaths?.[path] ?? []),
	)[0];
	machine.state = 'created';
	machine.instance_id = makeUlid();
	machine.updated_at = new Date(nowMs).toISOString();
	machine.boot = {
		at: nowMs,
		...(crash ? {willCrash: crash.lines.join('\n'), exit: crash.exit} : {}),
		...(answer === undefined ? {} : {isUnhealthy: answer}),
	};
	machine.checks = checks.map(({path: _, ...check}) => check);
	machine.events.unshift({type: event, status: 'created', source: 'user', timestamp: nowMs});
}

/** Stops a machine as asked; its health checks fail from then on. */
export function stopMachine(nowMs: number, machine: Machine): void {
	machine.state = 'stopped';
	machine.updated_at = new Date(nowMs).toISOString();
	const exit = {exit_code: 0, requested_stop: true, exited_at: machine.updated_at};
	machine.events.unshift({
		type: 'exit',
		status: 'stopped',
		request: {exit_event: exit},
		source: 'flyd',
		timestamp: nowMs,
	});
	for (const check of machine.checks) {
		check.status = 'critical';
		check.output = 'connect: connection refused';
		check.updated_at = machine.updated_at;
	}
}

const smokeMs = 10_000;

/** Waits for a machine: its start, the smoke checks, and its health checks. @throws {FlyError} for a crash or a timeout. */
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
					'',
					'Alternatively, your app may have exited immediately due to a startup failure. Check your Dockerfile',
					"to ensure it specifies a valid start command (e.g., check that your 'CMD' or 'ENTRYPOINT' is correct).",
					"You can also try running 'fly logs' to see what happened when the machine tried to start.",
					'',
					'You can try deploying to a different region,',
					'or you can try increasing the timeout with the --wait-timeout flag',
					'',
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
					`Smoke checks for ${id} failed: the app appears to be crashing`,
					`Check its logs: here's the last lines below, or run 'fly logs -i ${id}':`,
					...lines.map(({message}) => message),
				].join('\n'),
			);
		}
		if (waitedMs >= smokeMs) return;
		yield* wait(1_000);
	}
}

export function* awaitHealth({waitTimeoutMs, context}: Deployment, id: string): Flow<void> {
	const from = yield* look((_, nowMs) => nowMs);
	for (;;) {
		const {isHealthy, nowMs} = yield* look((world, at) => ({
			isHealthy: findMachine(world, id).checks.every(({status}) => status === 'passing'),
			nowMs: at,
		}));
		if (isHealthy) return;
		if (nowMs - from > waitTimeoutMs) {
			throw new FlyError(
				`timeout reached waiting for health checks to pass for machine ${id}: failed to get VM ${id}: Get "https://api.machines.dev/v1/apps/${context.app}/machines/${id}": net/http: request canceled`,
			);
		}
		yield* wait(1_000);
	}
}
