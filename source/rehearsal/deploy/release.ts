import type {Json} from '../app-config/app-config.ts';
import type {Context} from '../arguments/invocation.ts';
import {change, type Flow, look, print, wait} from '../world/effects.ts';
import {listReleases} from '../world/find.ts';
import {makeHexId} from '../world/make.ts';
import type {Release} from '../world/world.ts';

/** Records a release as running. */
export function* createRelease(
	app: string,
	image: string,
	definition: Json,
	reason: string,
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

/** The one line for programs, if FLY_EMIT_RELEASE_JSON asks for it. */
export function* printReleaseJson({env}: Context, id: string): Flow<void> {
	if (!env.FLY_EMIT_RELEASE_JSON) return;
	const release = yield* look(world => world.releases.find(entry => entry.id === id));
	if (release) yield* print(JSON.stringify({id, version: release.version, image_ref: release.imageRef}));
}
