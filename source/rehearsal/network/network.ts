import {readWorld} from '../engine/world-file.ts';
import {flySuffix} from '../world/facts.ts';
import {simulatedNow, type World} from '../world/world.ts';
import {findAsOwner, findAsResolver, openWorldNameServer} from './dns.ts';
import {answerS3} from './s3.ts';
import {answerLiveSocket, answerResend, answerSite} from './sites.ts';
import {type Answer, type Asked, openWebServer} from './web.ts';

export type Outside = {
	/** Routes any URL during a rehearsal; no request leaves this computer. */
	route(url: URL): {readonly host: string; readonly port: number};
	/** For DNS lookups: the resolver, and the real address of a zone's own name server. */
	readonly dns: {readonly servers: readonly string[]; reachServer(address: string): string};
	close(): Promise<void>;
};

/** Starts everything except Fly's API on loopback: storage, the apps' sites, Resend, and DNS. Does not keep the process alive. */
export async function startOutside({worldPath}: {worldPath: string}): Promise<Outside> {
	const web = await openWebServer({
		answer: asked => answer(worldPath, asked),
		answerUpgrade: async asked => answerLiveSocket(await readWorld(worldPath), asked),
	});
	const resolver = await openWorldNameServer(worldPath, {isResolver: true, find: findAsResolver});
	const owner = await openWorldNameServer(worldPath, {isResolver: false, find: findAsOwner});
	return {
		route: () => ({host: '127.0.0.1', port: web.port}),
		dns: {servers: [resolver.server], reachServer: () => owner.server},
		close: async () => {
			await Promise.all([web.close(), resolver.close(), owner.close()]);
		},
	};
}

/** All servers use the world's time, so that a wrong clock is found only if it is rehearsed. */
async function answer(worldPath: string, asked: Asked): Promise<Answer> {
	const world = await readWorld(worldPath);
	const nowMs = simulatedNow(world);
	const answered = await choose(worldPath, world, asked, nowMs);
	if (answered === 'hang-up') return answered;
	return {...answered, headers: {date: new Date(nowMs).toUTCString(), ...answered.headers}};
}

async function choose(worldPath: string, world: World, asked: Asked, nowMs: number): Promise<Answer> {
	if (asked.url.hostname === 'api.resend.com') return answerResend(world, asked);
	return isStorage(asked) ? answerS3(worldPath, asked, nowMs) : answerSite(world, asked);
}

/** A custom endpoint can have any host except Fly's, so the signature decides. */
function isStorage({url, headers}: Asked): boolean {
	const isKnown =
		/(^|\.)(fly\.storage\.tigris\.dev|storage\.dev|amazonaws\.com|r2\.cloudflarestorage\.com)$/.test(
			url.hostname,
		);
	return isKnown || (!url.hostname.endsWith(flySuffix) && /^AWS4-/.test(headers.authorization ?? ''));
}
