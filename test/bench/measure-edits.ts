import {parse, stringify} from '@iarna/toml';
import type {TomlEdit} from '../../source/core/fly-toml/document.ts';
import {editFlyToml} from '../../source/core/fly-toml/edit.ts';
import type {Result} from './compare.ts';

const text = `# fly.toml of a blog # with notes
app = "blog" # the name

primary_region = 'sjc'   # nearest
kill_timeout = "30s"

[build]
  dockerfile = "Dockerfile"

[env] # not secret
	PHX_HOST = "blog.example.com"
  PORT = "8080" # as a text

[http_service]
  internal_port = 8080 # PORT
  auto_stop_machines = true
  min_machines_running = 0

  [[http_service.checks]]
    grace_period = "10s"
    path = "/up"

[[mounts]]
source = "data" # the volume
destination = "/data"

[[vm]]
memory = "1gb" # enough
# the end`;

const values: readonly (readonly [readonly (string | number)[], string | number | boolean])[] = [
	[['app'], 'blog-1'],
	[['primary_region'], 'fra'],
	[['env', 'PHX_HOST'], 'www.example.com'],
	[['env', 'PORT'], '4000'],
	[['http_service', 'internal_port'], 4000],
	[['http_service', 'auto_stop_machines'], 'off'],
	[['http_service', 'min_machines_running'], 1],
	[['http_service', 'checks', 0, 'path'], '/health'],
	[['mounts', 0, 'source'], 'wisp_data'],
	[['vm', 0, 'memory'], '512mb'],
];

const encodings: readonly (readonly [string, (text: string) => string])[] = [
	['LF', plain => `${plain}\n`],
	['CRLF', plain => `${plain}\n`.replaceAll('\n', '\r\n')],
	['no last line end', plain => plain],
	['BOM and tabs', plain => `\uFEFF${plain.replaceAll(/^ +/gm, '\t')}\n`],
];

/** Exactly one line differs, and it differs in its value only: what stands before and after the value is as it was. */
function isKept(before: string, after: string | undefined, value: string | number | boolean): boolean {
	if (after === undefined) return false;
	const [old, now] = [before, after].map(each => each.split('\n'));
	if (!old || !now || old.length !== now.length) return false;
	const changed = old.flatMap((line, index) =>
		line === now[index] ? [] : [[line, now[index] ?? ''] as const],
	);
	const [[line, edited] = ['', '']] = changed;
	const tail = /\s*(?:#.*)?\r?$/.exec(line)?.[0] ?? '';
	const head = /^[^=]*=\s*/.exec(line)?.[0] ?? '';
	return (
		changed.length === 1 && edited.startsWith(head) && edited.endsWith(tail) && edited.includes(String(value))
	);
}

export function measureEdits(): readonly Result[] {
	let ours = 0;
	let theirs = 0;
	let tries = 0;
	const start = performance.now();
	for (const [, encode] of encodings) {
		const before = encode(text);
		for (const [path, value] of values) {
			tries++;
			const edit: TomlEdit = {path, value, reason: 'a benchmark'};
			const edited = editFlyToml(before, [edit]);
			if (isKept(before, edited.ok ? edited.text : undefined, value)) ours++;
		}
	}

	const msEach = (performance.now() - start) / tries;
	for (const [, encode] of encodings) {
		const before = encode(text);
		for (const [path, value] of values) if (isKept(before, rewrite(before, path, value), value)) theirs++;
	}

	return [
		{
			what: `fly.toml edits that leave every other byte (${encodings.map(([name]) => name).join(', ')}; ${msEach.toFixed(1)} ms each)`,
			against: `edits asked for; parse and stringify keep ${theirs}`,
			ours: String(ours),
			reference: String(tries),
			ratio: ours / tries,
			goal: '1.00',
		},
	];
}

function rewrite(
	before: string,
	path: readonly (string | number)[],
	value: string | number | boolean,
): string | undefined {
	try {
		const json = parse(before);
		let at: unknown = json;
		for (const key of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[key];
		(at as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
		return stringify(json);
	} catch {
		return undefined;
	}
}
