import type {FlyMachine, Lease} from './output.ts';

/** How long `fly deploy` leases a machine that it creates: `--wait-timeout`. Updates take 13 s at a time. Milliseconds. */
export const launchLeaseMs = 300_000;

/** Between the moments when Fly dates a machine and its lease. Milliseconds. */
const delayMs = 10_000;

/**
Tells whether the account created the machine and took the lease with it. Any doubt counts as no: then phxfly waits, for
at most as long as a lease lasts. The lease of an update ends before phxfly has looked twice.
*/
export function isFromLaunch(
	{owner, expiresAtMs}: Lease,
	{created_at}: Pick<FlyMachine, 'created_at'>,
	email: string,
): boolean {
	return (
		owner.toLowerCase() === email.toLowerCase() &&
		Math.abs(expiresAtMs - launchLeaseMs - Date.parse(created_at)) <= delayMs
	);
}

export const clearLeaseArgs = (machineId: string, app: string): readonly string[] => [
	...['machine', 'leases', 'clear', machineId, '-a', app],
];
