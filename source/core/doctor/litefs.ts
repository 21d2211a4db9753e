import {type Running, type StartScript, startsLiteFs} from '../image/running.ts';
import {indexLines, listUncommented} from '../text/lines.ts';

/** LiteFS, which the image starts: the app's database is on its file system, and its proxy may listen for requests. */
export type LiteFsFacts = {
	readonly path: string;
	readonly line: number;
	/** Ports of its proxy: where it listens, and where the app does. */
	readonly ports: readonly number[];
};

/**
Reads LiteFS's part of an app; `undefined` when the image does not start it, whatever files the project has.

@see {@link https://fly.io/docs/litefs/config/}
*/
export function readLiteFs(
	files: ReadonlyMap<string, string>,
	dockerfile: StartScript | undefined,
	running: Running | undefined,
): LiteFsFacts | undefined {
	if (!running?.commands.some(startsLiteFs)) return undefined;
	const configuration = [...files].find(([path]) => /(?:^|\/)litefs\.ya?ml$/.test(path));
	const code = listUncommented(configuration?.[1] ?? '')
		.map(({text}) => text)
		.join('\n');
	const proxy = /^proxy:[^\n]*\n((?:[ \t]+[^\n]*(?:\n|$))*)/m.exec(code)?.[1] ?? '';
	const at = dockerfile ? dockerfile.text.search(/^[ \t]*(?:ENTRYPOINT|CMD)\b[^\n]*\blitefs\b/im) : -1;
	return {
		path: dockerfile?.path ?? configuration?.[0] ?? 'Dockerfile',
		line: at === -1 || !dockerfile ? 1 : indexLines(dockerfile.text)(at),
		ports: [...proxy.matchAll(/^\s*(?:addr|target):[^\n]*:(\d+)["']?\s*$/gm)].map(([, port]) => Number(port)),
	};
}
