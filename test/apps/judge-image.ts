import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {parse} from '@iarna/toml';

/**
Tells whether the image of a folder starts Litestream, without the program's own readers: a second opinion that shares no code
with what it judges.

@returns Why not; undefined when it does.
*/
export function findUnreplicated(folder: string, flyTomlPath: string): string | undefined {
	const fly = readToml(join(folder, flyTomlPath));
	const build = table(fly.build);
	if (typeof build.image === 'string') return `fly.toml deploys the image ${build.image}`;
	const dockerfile = String(build.dockerfile ?? 'Dockerfile');
	if (!existsSync(join(folder, dockerfile))) return `there is no ${dockerfile}`;
	const stages = readStages(readFileSync(join(folder, dockerfile), 'utf8'));
	const chain = followParents(stages, build['build-target']);
	const words = listWords(chain, table(fly.experimental), Object.values(table(fly.processes)));
	const scripts = readScripts(folder, words.join(' '));
	if (!scripts.some(text => /litestream\b[^\n;&|]*\breplicate\b/.test(text))) {
		return `${words.join(' ') || 'no command'} does not start litestream`;
	}

	const rest = chain.flatMap(({lines}) => lines).filter(({word}) => ['COPY', 'ADD', 'RUN'].includes(word));
	const brings = rest.some(({text}) => /litestream(?![\w.-]*\.ya?ml)/.test(text.replace(/--from=\S+/, '')));
	return brings ? undefined : 'the final stage has no litestream';
}

type Line = {readonly word: string; readonly text: string};
type Stage = {readonly from: string; readonly name: string; readonly lines: readonly Line[]};

const table = (value: unknown): Record<string, unknown> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const readToml = (path: string): Record<string, unknown> =>
	existsSync(path) ? table(parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))) : {};

function readStages(text: string): readonly Stage[] {
	const stages: {from: string; name: string; lines: Line[]}[] = [];
	const joined = text
		.replace(/^\s*#.*\r?\n/gm, '')
		.replace(/\\[ \t]*\r?\n/g, ' ')
		.split(/\r?\n/);
	for (const line of joined) {
		const [, word = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
		if (/^from$/i.test(word)) {
			const [, from = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? [];
			stages.push({from, name: name.toLowerCase(), lines: []});
		} else if (word !== '') stages.at(-1)?.lines.push({word: word.toUpperCase(), text: rest.trim()});
	}

	return stages;
}

/** Returns the stage that is built last, and those it is built from, parents last. */
function followParents(stages: readonly Stage[], target: unknown): readonly Stage[] {
	const chain: Stage[] = [];
	let stage = stages.find(({name}) => name !== '' && name === target) ?? stages.at(-1);
	while (stage && !chain.includes(stage)) {
		chain.push(stage);
		const parent: string = stage.from.toLowerCase();
		stage = stages.find(({name}) => name !== '' && name === parent);
	}

	return chain;
}

function listWords(
	chain: readonly Stage[],
	experimental: Record<string, unknown>,
	processes: readonly unknown[],
): readonly string[] {
	const flat = (value: unknown) => [value].flat().map(String);
	const exec = flat(experimental.exec ?? []);
	if (exec.length > 0) return exec;
	const last = (word: string) =>
		chain.map(({lines}) => lines.findLast(each => each.word === word)?.text).find(text => text !== undefined);
	const entrypoint = flat(experimental.entrypoint ?? []);
	return [
		...(entrypoint.length > 0 ? entrypoint : [last('ENTRYPOINT') ?? '']),
		...(processes.length > 0 ? processes.map(String) : [last('CMD') ?? '']),
	].filter(text => text !== '');
}

/** Returns the command and the project's scripts that it names, and those that they name. */
function readScripts(folder: string, command: string): readonly string[] {
	const texts = [command];
	const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(
		path => !/(?:^|\/)(?:node_modules|deps|_build|\.git|lib|test|assets)\//.test(path),
	);
	const scripts = paths.filter(path => /\.(?:sh|bash)$|(?:^|\/)(?:bin|rel)\/|entrypoint/.test(path));
	const seen = new Set<string>();
	for (const text of texts) {
		for (const path of scripts) {
			const name = basename(path).replace(/\.sh$/, '');
			if (seen.has(path) || !new RegExp(`(?<![\\w-])${escapePattern(name)}(?![\\w-])`).test(text)) continue;
			seen.add(path);
			try {
				texts.push(readFileSync(join(folder, path), 'utf8').replace(/^\s*#(?!!).*$/gm, ''));
			} catch {
				// A folder has no text.
			}
		}
	}

	return texts;
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
