import type {Context} from '../arguments/invocation.ts';
import type {AppConfig, Guest, Json} from '../config/config.ts';
import {marks} from '../output/print.ts';
import {change, type Flow, FlyError, look, print, wait} from '../world/effects.ts';
import {findMachine, listReleases} from '../world/find.ts';
import {formatRequestId, makeHexId} from '../world/make.ts';
import type {Machine, Release} from '../world/world.ts';

/** The state of one deploy. */
export type Deployment = {
	readonly context: Context;
	readonly config: AppConfig;
	readonly guest: Guest;
	readonly region: string;
	readonly image: string;
	readonly version: number;
	readonly releaseId: string;
	readonly definition: Json;
	/** Simulated milliseconds. */
	readonly waitTimeoutMs: number;
	/** What the image brings to every machine of this release; undefined where it stays as it is. */
	readonly brings?: Pick<Machine, ImageKey> | undefined;
	/** The migrations of its code, the newest last. */
	readonly migrations: readonly string[];
};

type ImageKey =
	| 'hasLitestream'
	| 'litestreamYml'
	| 'litestream'
	| 'judgment'
	| 'needs'
	| 'refusedPaths'
	| 'listens';

export const groupName = 'app';

const patienceMs = 60_000;

const updateLeaseMs = 13_000;

/** Takes a machine's lease; waits a minute for another holder, then fails. */
export function* takeLease(id: string): Flow<void> {
	let from: number | undefined;
	for (;;) {
		const {held, nowMs} = yield* change((world, at) => {
			const machine = findMachine(world, id);
			const current = machine.lease;
			if (!current) {
				machine.lease = {nonce: makeHexId(12), owner: world.account.email, expiresAt: at + updateLeaseMs};
			}
			return {held: current, nowMs: at};
		});
		if (!held) return;
		from ??= nowMs;
		if (nowMs - from >= patienceMs) {
			const until = new Date(held.expiresAt).toISOString();
			const reason = `failed to get lease on VM ${id}: machine ID ${id} lease currently held by ${held.owner}, expires at ${until}`;
			yield* print(`${marks.warn} failed to acquire lease: ${reason}\n`);
			throw new FlyError(`${reason} ${formatRequestId()}`);
		}
		yield* wait(1_000);
	}
}

/** Keeps a lease for the duration of the update. */
export function* keepLease(id: string): Flow<void> {
	yield* change((world, nowMs) => {
		const {lease} = findMachine(world, id);
		if (lease) lease.expiresAt = nowMs + updateLeaseMs;
	});
}

export function* releaseLease(id: string): Flow<void> {
	yield* change(world => {
		delete findMachine(world, id).lease;
	});
}

/** Runs what the database lacks, as the app does at its start: an older image takes nothing back. */
export function migrate(machine: Machine, versions: readonly string[], nowMs: number): void {
	const before = machine.migrations ?? [];
	const missing = versions.filter(version => before.every(each => each.version !== version));
	if (before.length + missing.length === 0) return;
	machine.migrations = [...before, ...missing.map(version => ({version, ranAt: nowMs}))];
	machine.migration = machine.migrations
		.map(({version}) => version)
		.sort()
		.at(-1);
}

/** Records a release as running. */
export function* createRelease(
	app: string,
	image: string,
	definition: Json,
	reason: string,
	migrations?: readonly string[],
): Flow<{version: number; releaseId: string; definition: Json}> {
	yield* wait(300);
	return yield* change((world, nowMs) => {
		const version = (listReleases(world, app)[0]?.version ?? 0) + 1;
		const releaseId = makeHexId(10, 'rel_');
		world.releases.push({
			app,
			id: releaseId,
			version,
			status: 'running',
			reason,
			createdAt: nowMs,
			imageRef: image,
			config: {...definition},
			...(migrations === undefined ? {} : {migrations: [...migrations]}),
		});
		return {version, releaseId, definition};
	});
}

export function* markRelease(id: string, status: Release['status']): Flow<void> {
	yield* change(world => {
		const release = world.releases.find(entry => entry.id === id);
		if (release) release.status = status;
	});
}

/** Prints the line for programs, if FLY_EMIT_RELEASE_JSON is set. */
export function* printReleaseJson({env}: Context, id: string): Flow<void> {
	if (!env.FLY_EMIT_RELEASE_JSON) return;
	const release = yield* look(world => world.releases.find(entry => entry.id === id));
	if (release) yield* print(JSON.stringify({id, version: release.version, image_ref: release.imageRef}));
}
