import {asList, asTable, type Json} from '../config/config.ts';
import {findReplica} from '../remote/replica.ts';
import {carryOutRestore} from '../remote/restore.ts';
import {type Flow, FlyError, look, wait} from '../world/effects.ts';
import {type Environment, readEnvironment} from '../world/environment.ts';
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
	if (isReplicating(machine) && judgment?.restoreUrls?.some(name => !names.has(name)))
		return end('Error: database path or replica URL required');
	if (isReplicating(machine) && judgment?.isSure && !judgment.demandsReplica) {
		const replica = findReplica(world, machine);
		if ('problem' in replica && replica.isFatal) return end(replica.problem.trimEnd());
	}

	const missing = needs?.find(({name}) => !names.has(name));
	return missing && end(...missing.lines);
}

type HealthCheck = {
	readonly name: string;
	readonly type: string;
	readonly port: number;
	readonly path: string;
};

/** Lists the health checks of a machine: those of its services, then those of `[checks]`. */
function listChecks({config}: Machine): readonly HealthCheck[] {
	const read = (name: string, check: Json, port: unknown): HealthCheck => ({
		name,
		type: String(check.type ?? 'http'),
		port: Number(port),
		path: String(check.path ?? '/'),
	});
	return [
		...asList(config.services).flatMap(service =>
			asList(service.checks).map((check, index) => {
				const {internal_port: port} = service;
				const number = String(index).padStart(2, '0');
				return read(`servicecheck-${number}-${String(check.type ?? 'http')}-${String(port)}`, check, port);
			}),
		),
		...Object.entries(asTable(config.checks)).map(([name, value]) => {
			const check = asTable(value);
			return read(name, check, check.port);
		}),
	];
}

/** Finds what Fly prints of a check that the app fails; undefined for one that passes, or that only a run would tell. */
function findFailure(
	{type, port, path}: HealthCheck,
	{listens, refusedPaths}: Machine,
	{values, names}: Environment,
): string | undefined {
	const {variable, port: usual, others = []} = listens ?? {};
	const set = variable === undefined ? undefined : values.get(variable);
	const isKnown = set !== undefined || variable === undefined || !names.has(variable);
	const own = set === undefined ? usual : Number(set);
	const isElsewhere = [...values].some(([name, value]) => name !== variable && value === String(port));
	if (isKnown && own !== undefined && own !== port && !others.includes(port) && !isElsewhere)
		return 'connect: connection refused';
	if (type !== 'http') return undefined;
	const answer = path.startsWith('/never') ? '404 Not Found' : refusedPaths?.[path];
	return answer && `HTTP GET http://172.19.0.2:${port}${path}: ${answer}`;
}

/** (Re)starts a machine with the current configuration and secrets; the rest happens automatically. */
export function startMachine(world: World, nowMs: number, machine: Machine, event: string): void {
	machine.secrets = deploySecrets(world, machine.app);
	carryOutRestore(machine, nowMs);
	const crash = findCrash(world, machine);
	const checks = listChecks(machine);
	const environment = readEnvironment(machine);
	const failing = checks.flatMap(check => {
		const answer = findFailure(check, machine, environment);
		return answer === undefined ? [] : [[check.name, answer] as const];
	});
	machine.state = 'created';
	machine.instance_id = makeUlid();
	machine.updated_at = new Date(nowMs).toISOString();
	machine.boot = {
		at: nowMs,
		...(crash ? {willCrash: crash.lines.join('\n'), exit: crash.exit} : {}),
		...(failing.length === 0 ? {} : {failing: Object.fromEntries(failing)}),
	};
	machine.checks = checks.map(({name}) => ({
		name,
		status: 'warning',
		output: 'waiting for status update',
		updated_at: new Date(nowMs).toISOString(),
	}));
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
