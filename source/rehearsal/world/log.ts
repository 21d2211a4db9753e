import {readEnvironment} from './environment.ts';
import type {Machine} from './world.ts';

export type LogLine = {readonly timestamp: string; readonly level: string; readonly message: string};

/** Returns a machine's log since its last start. */
export function listLogLines(machine: Machine): readonly LogLine[] {
	const {boot, state, config} = machine;
	const line = (seconds: number, level: string, message: string): LogLine => ({
		timestamp: new Date(boot.at + seconds * 1_000).toISOString(),
		level,
		message,
	});
	const port = String(Object(Array.isArray(config.services) ? config.services[0] : {}).internal_port ?? 8080);
	const begin = line(0, 'info', `Pulling container image ${machine.image}`);
	if (state === 'created') return [];
	if (boot.willCrash !== undefined) {
		return [
			begin,
			...boot.willCrash.split('\n').map(text => line(1, 'error', text)),
			line(2, 'info', `Main child exited normally with code: ${boot.exit ?? 1}`),
			line(2, 'error', 'machine has reached its max restart count of 10'),
		];
	}
	return [
		begin,
		line(1, 'info', 'Configuring firecracker'),
		...(isReplicating(machine) ? [line(1, 'info', 'level=INFO msg="replicating to" type=s3')] : []),
		line(2, 'info', 'Migrations already up'),
		line(2, 'info', `Running Endpoint with Bandit at :::${port} (http)`),
	];
}

/** Whether Litestream runs on a started machine. Its image alone does not start it, nor does a script without the variables it asks for. */
export function isReplicating(machine: Machine): boolean {
	const {hasLitestream, judgment} = machine;
	if (!judgment) return hasLitestream;
	const {names, values} = readEnvironment(machine);
	return (
		judgment.replicates &&
		(judgment.switches ?? []).every(({name, isSet}) => (names.has(name) && values.get(name) !== '') === isSet)
	);
}
