import {hash} from './make.ts';
import type {World, WorldSecret} from './world.ts';

/** Names whose values are not secret. Only these values are stored, because the simulated machine needs them. */
const plainNames = new Set([
	'LITESTREAM_REPLICA_URL',
	'LITESTREAM_ENDPOINT',
	'LITESTREAM_REGION',
	'PHX_HOST',
	'BUCKET_NAME',
	'AWS_REGION',
	'AWS_ENDPOINT_URL_S3',
]);

/** Where a replica is, which is not secret. */
const isPlace = (value: string): boolean => /^s3:\/\/[\w./-]+$/.test(value);

/**
Stores secrets as staged: machines get them at their next update.

@param kept - Names whose values are not secret in this project.
*/
export function storeSecrets(
	world: World,
	nowMs: number,
	app: string,
	secrets: ReadonlyMap<string, string>,
	kept: ReadonlySet<string> = new Set(),
): void {
	for (const [name, value] of secrets) {
		const entry: WorldSecret = {
			app,
			name,
			sha256: hash(value),
			status: 'Staged',
			createdAt: nowMs,
			...(plainNames.has(name) || kept.has(name) || isPlace(value) ? {value} : {}),
		};
		const at = world.secrets.findIndex(secret => secret.app === app && secret.name === name);
		if (at < 0) world.secrets.push(entry);
		else world.secrets[at] = entry;
	}
}

/** The app's secrets by name. */
export function listSecrets(world: World, app: string): WorldSecret[] {
	return world.secrets.filter(secret => secret.app === app).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the secrets for a machine that starts now, and marks them as deployed. */
export function deploySecrets(world: World, app: string): {name: string; sha256: string; value?: string}[] {
	return listSecrets(world, app).map(secret => {
		secret.status = 'Deployed';
		const {name, sha256, value} = secret;
		return {name, sha256, ...(value === undefined ? {} : {value})};
	});
}

const space = /\p{White_Space}/u;

/** As Go's `strings.TrimSpace`: unlike in JavaScript, U+0085 is whitespace and a byte order mark is not. */
export function trimSpace(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && space.test(text.charAt(start))) start += 1;
	while (end > start && space.test(text.charAt(end - 1))) end -= 1;
	return text.slice(start, end);
}

/** flyctl itself crashes on a value that is a single quote. */
export class SecretParserCrash extends Error {}

const maxLineBytes = 65_536;

/**
Reads `secrets import`'s text with all the losses of flyctl's own parser: `#` cuts where the number of `"` before it is even,
a line of 64 KiB ends the parsing, an unfinished `"""` drops its key and everything after it.

@throws an error with the whole line where it holds no `=`.
@throws {SecretParserCrash} for a value of one quote.
*/
export function parseSecrets(text: string): ReadonlyMap<string, string> {
	const secrets = new Map<string, string>();
	let open: {name: string; value: string} | undefined;
	for (const line of splitLines(text)) {
		if (Buffer.byteLength(line) >= maxLineBytes) break;
		const content = line.replace(/\r$/, '');
		if (open) {
			if (content.endsWith('"""')) {
				secrets.set(open.name, open.value + content.slice(0, -3));
				open = undefined;
			} else open.value += `${content}\n`;
			continue;
		}
		if (trimSpace(content) === '' || content.startsWith('#')) continue;
		const [, name, rest] = /^([^=]*)=([\s\S]*)$/.exec(content) ?? [];
		if (name === undefined || rest === undefined) {
			throw new Error(`Secrets must be provided as NAME=VALUE pairs (${content} is invalid)`);
		}
		const value = cutComment(rest.replace(/^ +/, ''));
		if (value.startsWith('"""') && !(value.length >= 6 && value.endsWith('"""'))) {
			open = {name: trimSpace(name), value: `${value.slice(3)}\n`};
		} else secrets.set(trimSpace(name), unquote(value));
	}
	return secrets;
}

function splitLines(text: string): readonly string[] {
	const lines = text.split('\n');
	return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function cutComment(value: string): string {
	let quotes = 0;
	for (let index = 0; index < value.length; index++) {
		if (value[index] === '"') quotes++;
		if (value[index] === '#' && quotes % 2 === 0) return value.slice(0, index).replace(/ +$/, '');
	}
	return value;
}

function unquote(value: string): string {
	if (value.startsWith('"""')) return value.slice(3, -3);
	const quote = value.charAt(0);
	if ((quote !== '"' && quote !== "'") || !value.endsWith(quote)) return value;
	if (value.length === 1) throw new SecretParserCrash('slice bounds out of range [1:0]');
	return value.slice(1, -1);
}
