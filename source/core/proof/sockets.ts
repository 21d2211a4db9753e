import {defaultSocket, ownSocket} from '../litestream/setting.ts';
import type {PlanContext} from '../plan/context.ts';

/** Lists where Litestream may listen. The deployed image may be older than the project's litestream.yml. */
export async function listSockets({facts}: Pick<PlanContext, 'facts'>): Promise<readonly string[]> {
	const source = facts.litestreamPath && facts.files.get(facts.litestreamPath);
	if (!facts.litestreamPath || source === undefined) return [ownSocket, defaultSocket];
	const {readLitestreamConfig} = await import('../litestream/config.ts');
	const {socket = ownSocket} = readLitestreamConfig(facts.litestreamPath, source);
	return [...new Set([socket, ownSocket, defaultSocket])];
}
