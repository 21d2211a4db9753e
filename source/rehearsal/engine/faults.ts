import {createHash} from 'node:crypto';
import * as v from 'valibot';
import {change, type Flow, FlyError, print, readStdin, wait} from '../world/effects.ts';
import {formatRequestId, makeHexId} from '../world/make.ts';

const faultNameSchema = v.picklist([
	// Faults that do not act.
	'5xx',
	'reset',
	'rate-limit',
	'app-not-found',
	'logged-out',
	'payment-needed',
	'no-room',
	'echo-input',
	'hang',
	// Faults that act but do not report it.
	'lost',
	'connection-lost',
	'late',
	// Faults that act and report something else.
	'garbage',
	'half-json',
	'empty-list',
	'other-case',
	'huge',
	'machine-twin',
]);

const faultSchema = v.object({
	/** The first words of a call, such as `volumes create`; empty for every call. */
	command: v.string(),
	fault: faultNameSchema,
	/** Only the n-th such call, or each of these, counted from 1 over the whole life of the world. */
	on: v.optional(v.union([v.number(), v.array(v.number())])),
	/** For each call, between 0 and 1. */
	probability: v.optional(v.number()),
	/** The same seed gives the same result for the n-th call. */
	seed: v.optional(v.number(), 1),
});

const faultsSchema = v.array(faultSchema);

export type Fault = v.InferOutput<typeof faultSchema>;

export type FaultName = Fault['fault'];

/**
Returns the fault for the newest call, from `PHXFLY_FAULTS`.

@param text - JSON; empty for no faults.
@param calls - Every call of the world, the one in question last.
@throws {Error} If the text is not a list of faults.
*/
export function chooseFault(
	text: string | undefined,
	calls: readonly {readonly argv: readonly string[]; readonly exit: number | null}[],
): FaultName | undefined {
	if (!text) return undefined;
	const argv = calls.at(-1)?.argv ?? [];
	const isLoggedIn = calls.some(call => beginsWith(call.argv, 'auth login') && call.exit === 0);
	return v.parse(faultsSchema, JSON.parse(text)).find(fault => {
		if (fault.fault === 'logged-out' && isLoggedIn) return false;
		if (!beginsWith(argv, fault.command)) return false;
		return isDue(fault, calls.filter(call => beginsWith(call.argv, fault.command)).length);
	})?.fault;
}

function beginsWith(argv: readonly string[], command: string): boolean {
	return command === '' || `${argv.join(' ')} `.startsWith(`${command} `);
}

function isDue({on, probability, seed}: Fault, count: number): boolean {
	const isCounted = on === undefined || [on].flat().includes(count);
	return isCounted && (probability === undefined || draw(`${seed} ${count}`) < probability);
}

/** Returns a number between 0 and 1 that depends only on the text. */
const draw = (text: string): number =>
	createHash('sha256').update(text).digest().readUInt32BE() / 0x1_0000_0000;

const api = 'https://api.machines.dev/v1/apps';

/** Returns flyctl's message for a call that did not act. */
const refusals: Partial<Record<FaultName, string>> = {
	'5xx': `server returned a non-200 status code: 503 ${formatRequestId()}`,
	reset: `Post "${api}": read tcp 10.0.0.2:52104->77.83.143.220:443: read: connection reset by peer`,
	'rate-limit': `rate limit exceeded: 429 Too Many Requests ${formatRequestId()}`,
	'app-not-found': `failed to list VMs: app not found ${formatRequestId()}`,
	'logged-out': "no access token available. Please login with 'flyctl auth login'",
	'payment-needed':
		'We need your payment information to continue! Add a credit card or buy credit: https://fly.io/dashboard/personal/billing',
	'no-room': `insufficient resources to create new machine with existing volume 'vol': could not reserve resource for machine ${formatRequestId()}`,
};

/** Returns the messages for a lost response to a call that did act. */
const lost = `Post "${api}": EOF`;
const connectionLost = `Post "${api}": http2: client connection lost`;

const hugeBytes = 200_000_000;

/** Runs the command with a fault; its changes to the world are what Fly would have done. */
export function* injectFault(flow: Flow<number>, fault: FaultName): Flow<number> {
	const refusal = refusals[fault];
	if (refusal) {
		yield* wait(300);
		throw new FlyError(refusal);
	}

	if (fault === 'hang') for (;;) yield* wait(60_000);
	if (fault === 'echo-input') {
		const text = yield* readStdin();
		throw new FlyError(`Failed to parse secrets from stdin: line 1: ${text.trim()}`);
	}

	if (fault === 'late') {
		yield {kind: 'leave-behind', stdin: yield* readStdin()};
		throw new FlyError(lost);
	}

	const {exit, stdout} = yield* hold(flow);
	if (fault === 'lost') throw new FlyError(lost);
	if (fault === 'connection-lost') throw new FlyError(connectionLost);
	if (fault === 'huge') {
		const piece = '{"id": "vol_0000000000000000", "name": "wisp_data"},\n'.repeat(20_000);
		yield* print('[');
		for (let bytes = 0; bytes < hugeBytes; bytes += piece.length) yield* print(piece);
		return exit;
	}

	if (fault === 'machine-twin') yield* makeDuplicates();
	const distorted = distort(stdout, fault);
	if (distorted !== '') yield {kind: 'print', stream: 'stdout', text: distorted};
	return exit;
}

/** Runs the command without printing its stdout. */
function* hold(flow: Flow<number>): Flow<{readonly exit: number; readonly stdout: string}> {
	let stdout = '';
	let step = flow.next();
	while (!step.done) {
		if (step.value.kind === 'print' && step.value.stream === 'stdout') {
			stdout += step.value.text;
			step = flow.next();
			continue;
		}

		let result: unknown;
		let failure: {readonly error: unknown} | undefined;
		try {
			result = yield step.value;
		} catch (error) {
			failure = {error};
		}
		step = failure ? flow.throw(failure.error) : flow.next(result);
	}

	return {exit: step.value, stdout};
}

/** Duplicates every machine, like an incident of Fly's API once did. */
function makeDuplicates(): Flow<void> {
	return change(world => {
		for (const machine of [...world.machines]) {
			world.machines.push({...structuredClone(machine), id: makeHexId(14), name: `${machine.name}-2`});
		}
	});
}

function distort(stdout: string, fault: FaultName): string {
	switch (fault) {
		case 'garbage':
			return '<html><head><title>502 Bad Gateway</title></head>\u001b]0;fly\u0007\n\u0000\u001b[31m{{"}}\n';
		case 'half-json':
			return stdout.slice(0, Math.floor(stdout.length / 2));
		case 'empty-list':
			return /^\s*\[/m.test(stdout) ? '[]\n' : /^\s*\{/m.test(stdout) ? '{}\n' : '';
		case 'other-case':
			return stdout.replace(/"(\w)(\w*)":/g, (_, first: string, rest: string) => {
				const other = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
				return `"${other}${rest}":`;
			});
		default:
			return stdout;
	}
}
