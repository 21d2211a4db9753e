import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {type ProtectedApp, until, writer} from '../helpers/protected-app.ts';
import {type Shell, shells} from '../helpers/shells.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {openScene} from '../proof/scene.ts';

/** What a hard kill may cost: Litestream sends once a second, and a busy computer needs a moment more. */
const mostLossMs = 2500;

const odd = ['a b', "it's", '"', '$HOME', '`id`', '*', ';', '&&', '', 'a\\b', '~', '-c', 'line\nend\n'];

/** How images start their app. `@` is the folder of the image. */
const shapes: readonly {
	readonly name: string;
	readonly command: readonly string[];
	readonly args?: readonly string[];
	readonly migrates?: boolean;
}[] = [
	{name: 'A: one word', command: ['@/bin/server']},
	{name: 'B: a program and a word', command: ['bin/demo', 'start'], args: ['start']},
	{name: 'C: the shell form', command: ['/bin/sh', '-c', '@/bin/demo start'], args: ['start']},
	{name: 'D: sh -c, one command', command: ['/bin/sh', '-c', '@/bin/server']},
	{
		name: 'E: sh -c, a && b',
		command: ['/bin/sh', '-c', 'bin/migrate && bin/demo start "a b"'],
		args: ['start', 'a b'],
		migrates: true,
	},
	{
		name: 'E: sh -c, a && exec b',
		command: ['sh', '-c', '@/bin/migrate && exec @/bin/server'],
		migrates: true,
	},
	{name: 'F: a script of its own', command: ['@/bin/start'], args: ['start'], migrates: true},
	{name: 'tini', command: ['@/bin/tini', '--', 'bin/demo', 'start'], args: ['start']},
	{name: 'ENTRYPOINT and CMD', command: ['bin/demo', ...odd], args: odd},
];

/** The programs of an image: a server, a release's own script, one that migrates, a start script, and an init. */
const programs = (folder: string): Readonly<Record<string, string>> => ({
	server: `exec "${process.execPath}" "${join(folder, 'app.mjs')}" "$@"`,
	demo: `cd -P -- "$(dirname -- "$0")/.." && exec bin/server "$@"`,
	migrate: `echo migrated >>"${join(folder, 'migrated')}"`,
	start: 'set -e\ncd -P -- "$(dirname "$0")"\n./migrate\nexec ./demo start',
	tini: `[ "$1" != -- ] || shift
"$@" &
child=$!
trap 'kill -TERM $child' TERM
wait $child || wait $child`,
});

function addImage(app: ProtectedApp, shell: Shell): void {
	const inImage = (name: string) => join(app.folder, name);
	writeFileSync(
		inImage('app.mjs'),
		`import {writeFileSync} from 'node:fs';
writeFileSync(${JSON.stringify(inImage('argv.json'))}, JSON.stringify(process.argv.slice(2)));
await import(${JSON.stringify(writer)});
`,
	);
	for (const [name, text] of Object.entries(programs(app.folder)))
		writeFileSync(inImage(`bin/${name}`), `#!/bin/sh\n${text}\n`, {mode: 0o755});
	shell.linkPrograms(inImage('bin'));
}

const isStopped = (app: ProtectedApp) =>
	/^stopped$/m.test(readFileSync(app.environment.ROW_LOG ?? '', 'utf8'));

const version = '0.5.17';
const path = litestreams.find(each => each.version === version)?.path;

describe.each(shells)('$name', shell => {
	test.skipIf(!path || !shell.words).each(shapes)(
		'$name: the whole command runs, hears the signal, and loses no row',
		async ({command, args = [], migrates}) => {
			const scene = await openScene({litestream: path ?? '', version});
			const {app, server} = scene;
			addImage(app, shell);
			const words = command.map(word => word.replaceAll('@', app.folder));
			const image = {command: words, shell: shell.words ?? []};
			try {
				app.start(storageSecrets(server), 'ours', image);
				// Litestream opens the database within a second; what ends before that was never replicated.
				await until(() => scene.objects().size > 0);
				await scene.write(20);
				expect(JSON.parse(readFileSync(join(app.folder, 'argv.json'), 'utf8'))).toEqual(args);
				if (migrates) expect(readFileSync(join(app.folder, 'migrated'), 'utf8')).toBe('migrated\n');

				// The row that the app writes on the signal is in the replica as well.
				expect(await app.stop(), app.output()).toBe(0);
				expect(isStopped(app), app.output()).toBe(true);
				const stopped = await scene.loseVolume(undefined, image);
				expect(stopped.back).toEqual(stopped.written);

				app.pause(false);
				await scene.write(80);
				const {written: all, back} = await scene.loseVolume(undefined, image);
				const last = all.at(-1)?.at ?? 0;
				const lost = all.slice(back.length);
				expect(back).toEqual(all.slice(0, back.length));
				expect(lost.filter(({at}) => at < last - mostLossMs)).toEqual([]);
			} finally {
				await scene.close();
			}
		},
	);
});

test.skipIf(!path).each([{RELEASE_COMMAND: '1'}, {FLY_TEST_MACHINE_IP: ''}])(
	'a machine without the volume runs the command and leaves the replica alone: %o',
	async variables => {
		const scene = await openScene({litestream: path ?? '', version});
		const {app, server} = scene;
		addImage(app, {name: 'sh', words: [], linkPrograms: () => undefined});
		try {
			app.start({...storageSecrets(server), ...variables}, 'ours', {
				command: ['/bin/sh', '-c', 'bin/migrate && exec bin/server'],
			});
			await scene.write(60);
			await app.stop();
			expect(isStopped(app)).toBe(true);
			expect(server.requests).toEqual([]);
		} finally {
			await scene.close();
		}
	},
);
