import {asList} from '../config/config.ts';
import {deploySecrets} from '../store-secrets.ts';
import {makeUlid} from '../world/make.ts';
import type {Machine, World} from '../world/world.ts';
import {findCrash} from './find-crash.ts';

/** (Re)starts a machine with its configuration and the app's secrets as they are now; what follows happens by itself. */
export function startMachine(world: World, nowMs: number, machine: Machine, event: string): void {
	machine.secrets = deploySecrets(world, machine.app);
	const willCrash = findCrash(machine);
	const checks = asList(machine.config.services).flatMap(service =>
		asList(service.checks).map((check, index) => ({
			name: `servicecheck-${String(index).padStart(2, '0')}-http-${String(service.internal_port)}`,
			status: 'warning' as const,
			output: 'waiting for status update',
			updated_at: new Date(nowMs).toISOString(),
			path: String(check.path ?? '/'),
		})),
	);
	const isUnhealthy = checks.some(({path}) => path.startsWith('/never'));
	machine.state = 'created';
	machine.instance_id = makeUlid();
	machine.updated_at = new Date(nowMs).toISOString();
	machine.boot = {
		at: nowMs,
		...(willCrash === undefined ? {} : {willCrash}),
		...(isUnhealthy ? {isUnhealthy} : {}),
	};
	machine.checks = checks.map(({path: _, ...check}) => check);
	machine.events.unshift({type: event, status: 'created', source: 'user', timestamp: nowMs});
}
