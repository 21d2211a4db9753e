const healthPaths = ['/health', '/up', '/healthz', '/healthcheck', '/_health', '/ping'] as const;

/** The path of LiveView's socket in endpoint.ex, such as `/live`; undefined for an app without LiveView. */
export const findLiveSocketPath = (endpoint: string): string | undefined =>
	/\bsocket[\s(]+"([^"]+)",\s*Phoenix\.LiveView\.Socket\b/.exec(dropComments(endpoint))?.[1];

/** A path made for health checks, if the router or the endpoint has one. */
export function findHealthPath(router: string, endpoint: string): string | undefined {
	const routed = listGetPaths(router);
	const plugged = dropComments(endpoint);
	return (
		healthPaths.find(path => routed.includes(path) || plugged.includes(`"${path}"`)) ?? findScoped(routed)
	);
}

const findScoped = (paths: readonly string[]): string | undefined =>
	paths.find(path => healthPaths.some(health => path.endsWith(health)));

/** GET routes with the prefixes of the scopes around them, told by indentation as mix format writes it. */
function listGetPaths(router: string): readonly string[] {
	const scopes: {readonly indent: number; readonly prefix: string}[] = [];
	return dropComments(router)
		.split('\n')
		.flatMap(line => {
			const indent = line.length - line.trimStart().length;
			if (line.trim() === '') return [];
			while ((scopes.at(-1)?.indent ?? -1) >= indent) scopes.pop();
			const scope = /^\s*scope[\s(]+(?:path:\s*)?"([^"]*)"/.exec(line)?.[1];
			if (scope !== undefined) scopes.push({indent, prefix: scope});
			const path = /^\s*(?:get|head)[\s(]+"([^"]*)"/.exec(line)?.[1];
			return path === undefined ? [] : [joinPaths([...scopes.map(({prefix}) => prefix), path])];
		});
}

const joinPaths = (parts: readonly string[]): string =>
	`/${parts.flatMap(part => part.split('/').filter(Boolean)).join('/')}`;

const dropComments = (source: string): string => source.replaceAll(/^[ \t]*#[^\n]*/gm, '');
