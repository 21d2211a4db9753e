import {describe, expect, it} from 'vitest';
import {block, find, type Given, own, splice, stages, usualToml} from './find-protection.ts';

describe('the splice', () => {
	it.each([
		'CMD ["/app/bin/server"]',
		'CMD ["bin/shop", "start"]',
		'CMD /app/bin/shop start',
		'CMD ["/bin/sh", "-c", "/app/bin/server"]',
		'CMD ["/bin/sh", "-c", "/app/bin/migrate && /app/bin/server"]',
		'CMD /app/bin/migrate && /app/bin/server',
		'CMD ["/app/bin/start"]',
		'CMD ["mix", "phx.server"]',
		"CMD ['/app/bin/server']",
		'CMD ["/app/bin/server"]  # not a list, for Docker',
		'CMD [ "/app/bin/server",\\\n  # a comment\n  "a  b" ]',
		'# tini?\nCMD ["/app/bin/server"]\nENV ECTO_IPV6 true',
	])('leaves %j as it is, and wraps it', start => {
		const [above = '', command = ''] = start.startsWith('#') ? start.split(/\n(?=CMD)/) : ['', start];
		const before = above === '' ? '' : `${above}\n`;
		expect(splice({dockerfile: stages(start)})).toBe(stages(`${before}${block}\n${own}\n${command}`));
	});

	it.each([
		[
			'ENTRYPOINT ["bin/shop"]\nCMD ["start"]',
			'ENTRYPOINT ["/usr/local/bin/entrypoint", "bin/shop"]\nCMD ["start"]',
		],
		['ENTRYPOINT ["/app/bin/entry"]', 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/app/bin/entry"]'],
		[
			'ENTRYPOINT [ "/tini", "--"]\nCMD ["/app/bin/server"]',
			'ENTRYPOINT ["/usr/local/bin/entrypoint",  "/tini", "--"]\nCMD ["/app/bin/server"]',
		],
		[
			'ENTRYPOINT []\nCMD ["/app/bin/server"]',
			'ENTRYPOINT ["/usr/local/bin/entrypoint"]\nCMD ["/app/bin/server"]',
		],
		[
			'ENTRYPOINT exec /app/bin/server \\\n  --x "é"',
			'ENTRYPOINT ["/usr/local/bin/entrypoint", "/bin/sh", "-c", "exec /app/bin/server   --x \\"é\\""]',
		],
		[
			'CMD ["start"]\nENTRYPOINT ["bin/shop"]',
			'CMD ["start"]\nENTRYPOINT ["/usr/local/bin/entrypoint", "bin/shop"]',
		],
	])('puts our script in front of %j', (start, after) => {
		expect(splice({dockerfile: stages(start)})).toBe(stages(`${block}\n${after}`));
	});

	it('writes a CMD of the stage below again, which an ENTRYPOINT would drop', () => {
		const text = 'FROM debian AS base\nCMD ["/app/bin/server"]\nFROM base\nUSER nobody';
		expect(splice({dockerfile: text})).toBe(`${text}\n${block}\n${own}\nCMD ["/app/bin/server"]`);
		const wrapped = 'FROM debian AS base\nENTRYPOINT ["/tini", "--"]\nFROM base\nCMD a b\n';
		expect(splice({dockerfile: wrapped})).toBe(
			wrapped.replace(
				'CMD',
				`${block}\nENTRYPOINT ["/usr/local/bin/entrypoint","/tini","--"]\nCMD`.replaceAll('","', '", "'),
			),
		);
	});

	it('changes the stage of [build] build-target, not the last one', () => {
		const text = 'FROM debian AS web\nCMD ["/app/bin/server"]\nFROM alpine AS test\nCMD ["test"]\n';
		const flyToml = `${usualToml}[build]\nbuild-target = "web"\n`;
		expect(splice({dockerfile: text, flyToml, buildTarget: 'web'})).toBe(
			text.replace('CMD ["/app', `${block}\n${own}\nCMD ["/app`),
		);
	});

	it('keeps CRLF, a byte order mark, and a missing last line end', () => {
		const text = `\u{FEFF}${stages('CMD ["/app/bin/server"]').trimEnd().replaceAll('\n', '\r\n')}`;
		const lines = `${block}\n${own}\nCMD`.replaceAll('\n', '\r\n');
		expect(splice({dockerfile: text})).toBe(text.replace('CMD', lines));
	});

	it('reads heredocs and a thousand lines as they are', () => {
		const many = Array.from({length: 1000}, (_, index) => `RUN <<EOF\necho ${index}\nCMD ["no"]\nEOF`).join(
			'\n',
		);
		const text = stages(`${many}\nCMD ["/app/bin/server"]`);
		expect(splice({dockerfile: text})).toBe(text.replace('CMD ["/app', `${block}\n${own}\nCMD ["/app`));
	});

	it('names the files from the build context, when that is the folder above', () => {
		const text = stages('CMD ["/app/bin/server"]').replace(
			'RUN mix',
			'COPY shop/mix.exs shop/mix.lock ./\nRUN mix',
		);
		const after = splice({dockerfile: text, files: {'mix.exs': ''}});
		expect(after).toContain('COPY shop/etc/litestream.yml /etc/litestream.yml\n');
		expect(after).toContain('COPY --chmod=0755 shop/rel/entrypoint.sh /usr/local/bin/entrypoint\n');
	});

	it('is done once: the image is ready then', () => {
		const found = find({dockerfile: stages('CMD ["/app/bin/server"]')});
		if (found.is !== 'splice') throw new Error(found.is);
		expect(found.files.map(({path}) => path)).toEqual([
			'Dockerfile',
			'etc/litestream.yml',
			'rel/entrypoint.sh',
		]);
		const files = Object.fromEntries(found.files.map(({path, after}) => [path, after]));
		expect(find({dockerfile: files.Dockerfile ?? '', files}).is).toBe('ready');
		expect(find({dockerfile: files.Dockerfile ?? '', files: {}}).is).toBe('ready');
	});

	it.each([
		['docker:28.2.2-dind-alpine3.21', 'dockerd-entrypoint.sh'],
		['docker:28-cli', 'docker-entrypoint.sh'],
		['node:22-slim', 'docker-entrypoint.sh'],
	])('writes the ENTRYPOINT that %s brings behind ours', (base, program) => {
		const text = `FROM ${base} AS app\nCMD ["/app/bin/server"]\n`;
		expect(splice({dockerfile: text})).toBe(
			text.replace('CMD', `${block}\nENTRYPOINT ["/usr/local/bin/entrypoint", "${program}"]\nCMD`),
		);
	});

	it.each([
		['debian:bookworm-slim', false],
		['docker.io/library/ubuntu:24.04', false],
		['hexpm/elixir:1.18.4-erlang-27.3.4-alpine-3.21', false],
		['ghcr.io/someone/base:1', true],
	])('says of %s that its own ENTRYPOINT would not run: %s', (base, isSaid) => {
		const found = find({dockerfile: `FROM ${base}\nCMD ["/app/bin/server"]\n`});
		const why = found.is === 'splice' ? found.files[0]?.why : '';
		expect(why?.includes(`an ENTRYPOINT that ${base} brings would not run`)).toBe(isSaid);
	});

	it('follows a script that starts programs before the app does, and wraps it', () => {
		const dockerfile = stages('COPY priv/prepare /sbin/prepare\nCMD ["/app/bin/start"]');
		const files = {
			'priv/prepare': '#!/bin/sh\ndockerd &\nsleep 1\n',
			'rel/overlays/bin/start': '#!/bin/sh\nset -e\nsudo /sbin/prepare\nexport A=1\nbin/shop start\n',
		};
		expect(splice({dockerfile, files})).toContain('ENTRYPOINT ["/usr/local/bin/entrypoint"]');
		const moved = {...files, 'rel/overlays/bin/start': '#!/bin/sh\nexec sudo /sbin/prepare\n'};
		expect(find({dockerfile, files: moved})).toMatchObject({
			is: 'refused',
			place: {path: 'priv/prepare', line: 2},
		});
	});

	it('goes with [processes] of one group and no CMD', () => {
		const flyToml = `${usualToml}[processes]\napp = "/app/bin/server"\n`;
		expect(splice({dockerfile: stages(''), flyToml})).toBe(`${stages('')}${block}\n${own}\n`);
	});
});

describe('Litestream in an image', () => {
	const litestream =
		'COPY --from=litestream/litestream:0.5 /usr/local/bin/litestream /usr/local/bin/litestream\n';

	const restore = 'litestream restore -if-db-not-exists -if-replica-exists $DATABASE_PATH';

	it.each([
		[`${litestream}CMD ${restore} && exec litestream replicate -exec "/app/bin/server"`, {}, 'Dockerfile', 8],
		[
			`${litestream}COPY run.sh /app/run.sh\nCMD ["/app/run.sh"]`,
			{'run.sh': `#!/bin/sh\nset -e\n# litestream\n${restore}\nexec litestream \\\n replicate -exec x\n`},
			'run.sh',
			5,
		],
		[
			`${litestream}CMD ["/app/bin/start"]`,
			{
				'rel/overlays/bin/start': '#!/bin/sh\nexec ./two.sh\n',
				'rel/overlays/bin/two.sh': 'exec litestream replicate -restore-if-db-not-exists -exec x',
			},
			'rel/overlays/bin/two.sh',
			1,
		],
	])('is ready: %j', (start, files, path, line) => {
		expect(find({dockerfile: stages(start), files})).toEqual({
			is: 'ready',
			place: {path, line},
			switches: [],
		});
	});

	it.each([
		['a shell that does not forward the signal', `CMD ${restore} && litestream replicate -exec x`, {}],
		[
			'a restore whose failure does not stop the boot',
			'COPY run.sh /run.sh\nCMD ["/run.sh"]',
			{'run.sh': `#!/bin/sh\n${restore} || echo no\nexec litestream replicate -exec x\n`},
		],
	])('is ready with a mistake that doctor finds: %s', (_, start, files) => {
		expect(find({dockerfile: stages(`${litestream}${start}`), files}).is).toBe('ready');
	});

	it('says without which variables a script starts the app alone', () => {
		const lines = (start: readonly string[]) => ['#!/bin/sh', 'set -e', restore, ...start, ''].join('\n');
		const dockerfile = stages(
			`${litestream}COPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\nCMD ["/app/bin/server"]`,
		);
		const replicate = 'exec litestream replicate -exec "$*"';
		for (const [start, switches] of [
			[['if [ -n "$A" ]; then', replicate, 'else', 'exec "$@"', 'fi'], [['A', 4]]],
			[['if [ -z "$A" ]; then exec "$@"; fi', replicate], [['A', 4]]],
			[['if [ -z "$A" ]; then exec "$@"; else', replicate, 'fi'], [['A', 4]]],
			[['if [ -n "$DEBUG" ]; then', 'set -x', 'fi', replicate], []],
			[['if [ -z "$A" ]; then', 'echo no', 'exit 1', 'fi', replicate], []],
		] as const) {
			const found = find({dockerfile, files: {'run.sh': lines(start)}});
			expect(found).toMatchObject({
				is: 'ready',
				switches: switches.map(([name, line]) => ({name, path: 'run.sh', line})),
			});
		}
	});
});

const cmd = 'CMD ["/app/bin/server"]';

describe('what is refused, with the reason and the place', () => {
	it.each<readonly [string, Given, string, string | undefined, number | undefined]>([
		[
			'an image in fly.toml',
			{dockerfile: stages(cmd), flyToml: `${usualToml}[build]\nimage = "x/y:1"\n`},
			'deploys the image x/y:1',
			'fly.toml',
			7,
		],
		[
			'buildpacks',
			{flyToml: `${usualToml}[build]\nbuilder = "heroku/builder"\n`},
			'without a Dockerfile',
			'fly.toml',
			7,
		],
		[
			'a Dockerfile that is not here',
			{flyToml: `${usualToml}[build]\ndockerfile = "docker/Web"\n`},
			'cannot find that file',
			'fly.toml',
			7,
		],
		[
			'two process groups',
			{dockerfile: stages(cmd), flyToml: `${usualToml}[processes]\nweb = "a"\njobs = "b"\n`},
			'starts 2 process groups',
			'fly.toml',
			6,
		],
		[
			'[experimental] exec',
			{dockerfile: stages(cmd), flyToml: `${usualToml}[experimental]\nexec = ["a"]\n`},
			'past the ENTRYPOINT',
			'fly.toml',
			7,
		],
		[
			'[experimental] entrypoint',
			{dockerfile: stages(cmd), flyToml: `${usualToml}[experimental]\nentrypoint = ["a"]\n`},
			'replaces the ENTRYPOINT',
			'fly.toml',
			7,
		],
		[
			'nothing to start',
			{dockerfile: stages('')},
			'does not say what to start: FROM debian:bookworm-slim',
			'Dockerfile',
			3,
		],
		[
			'LiteFS, in shell form',
			{dockerfile: stages('ENTRYPOINT litefs mount')},
			'runs under LiteFS',
			'Dockerfile',
			7,
		],
		['LiteFS, alone', {dockerfile: stages('CMD ["litefs"]')}, 'runs under LiteFS', 'Dockerfile', 7],
		[
			'LiteFS, in a script',
			{
				dockerfile: stages('CMD ["/app/bin/start"]'),
				files: {'rel/overlays/bin/start': '#!/bin/sh\nexec litefs mount\n'},
			},
			'runs under LiteFS',
			'rel/overlays/bin/start',
			2,
		],
		[
			'LiteFS that is only copied',
			{dockerfile: stages(`COPY --from=flyio/litefs:0.5 /usr/local/bin/litefs /bin/\n${cmd}`)},
			'runs under LiteFS',
			'Dockerfile',
			7,
		],
		[
			'a shell form with SHELL',
			{dockerfile: stages('SHELL ["/bin/bash", "-c"]\nENTRYPOINT /app/bin/server')},
			'through the shell of line 7',
			'Dockerfile',
			8,
		],
		[
			'a release_command behind a shell form',
			{
				dockerfile: stages('ENTRYPOINT /app/bin/server'),
				flyToml: `${usualToml}[deploy]\nrelease_command = "m"\n`,
			},
			'would start the whole app',
			'Dockerfile',
			7,
		],
		[
			'a release_command that a script ignores',
			{
				dockerfile: stages('ENTRYPOINT ["/app/bin/go"]'),
				files: {'rel/overlays/bin/go': '#!/bin/sh\nexec ./shop start\n'},
				flyToml: `${usualToml}[deploy]\nrelease_command = "m"\n`,
			},
			'rel/overlays/bin/go ignores its words',
			'Dockerfile',
			7,
		],
		[
			'a supervisor',
			{dockerfile: stages('CMD ["supervisord", "-n"]')},
			'starts several programs',
			'Dockerfile',
			7,
		],
		[
			'a script that starts two programs',
			{
				dockerfile: stages('COPY run.sh /run.sh\nCMD ["/run.sh"]'),
				files: {'run.sh': '#!/bin/sh\nredis-server &\n/app/bin/server\n'},
			},
			'starts several programs',
			'run.sh',
			2,
		],
		[
			'Litestream beside the app',
			{
				dockerfile: stages('COPY run.sh /run.sh\nCMD ["/run.sh"]'),
				files: {'run.sh': '#!/bin/sh\nlitestream replicate &\nexec /app/bin/server\n'},
			},
			'Litestream runs beside the app',
			'run.sh',
			2,
		],
		[
			'a heredoc with a blank',
			{dockerfile: stages(`RUN cat << EOF\nx\nEOF\n${cmd}`)},
			'cannot read line 7 of Dockerfile for sure',
			'Dockerfile',
			7,
		],
		[
			'a lone carriage return',
			{dockerfile: stages(cmd).replace('\nUSER', '\rUSER')},
			'carriage return',
			'Dockerfile',
			5,
		],
		[
			'a target that is not there',
			{dockerfile: stages(cmd), buildTarget: 'web'},
			'no stage web',
			'Dockerfile',
			1,
		],
		['an image without a shell', {dockerfile: `FROM scratch\n${cmd}\n`}, 'has no shell', 'Dockerfile', 1],
		[
			'our script, taken',
			{dockerfile: stages(cmd), files: {'rel/entrypoint.sh': '#!/bin/sh\n'}},
			"is there and is not phxfly's",
			'rel/entrypoint.sh',
			1,
		],
		[
			'our litestream.yml, taken',
			{dockerfile: stages(cmd), files: {'config/litestream.yml': 'dbs:\n'}},
			"is there and is not phxfly's",
			'config/litestream.yml',
			1,
		],
		[
			'files kept out',
			{dockerfile: stages(cmd), files: {'.dockerignore': '*\n!lib\n!etc/**\n'}},
			'Line 1 of .dockerignore keeps rel/entrypoint.sh out',
			'.dockerignore',
			1,
		],
		[
			'files kept out by [build] ignorefile',
			{
				dockerfile: stages(cmd),
				files: {'.fly.ignore': '# x\netc/*.yml\n'},
				flyToml: `${usualToml}[build]\nignorefile = ".fly.ignore"\n`,
			},
			'keeps etc/litestream.yml out',
			'.fly.ignore',
			2,
		],
		[
			'a database off the volume',
			{dockerfile: stages(cmd), flyToml: usualToml.replace('/data/shop.db', '/app/shop.db')},
			'would not be on the volume',
			'fly.toml',
			2,
		],
		[
			'a database in ENV off the volume',
			{
				dockerfile: stages(`ENV DATABASE_PATH=/tmp/shop.db\n${cmd}`),
				flyToml: usualToml.replace(/^DATABASE.*$/m, 'A = "b"'),
			},
			'would not be on the volume',
			'Dockerfile',
			7,
		],
		[
			'a volume over the release',
			{dockerfile: stages(cmd), flyToml: '[env]\nDATABASE_PATH = "/app/shop.db"\n'},
			'would hide the app itself',
			'Dockerfile',
			5,
		],
		[
			'an app that does not read DATABASE_PATH',
			{dockerfile: stages(cmd), files: {'config/runtime.exs': 'import Config\n'}},
			'Nothing in the code reads DATABASE_PATH',
			'config/runtime.exs',
			1,
		],
		[
			'another file in litestream.yml',
			{
				dockerfile: stages(
					'COPY litestream.yml /etc/\nCMD litestream replicate -restore-if-db-not-exists -exec x',
				),
				files: {'litestream.yml': 'dbs:\n  - path: /data/other.db\n    replicas:\n      - url: s3://a/b\n'},
			},
			'Litestream would replicate /data/other.db, and the app writes /data/shop.db',
			'litestream.yml',
			2,
		],
		[
			'a given image',
			{dockerfile: stages(cmd), image: 'x/y:1'},
			'The image x/y:1 is not built here',
			'Dockerfile',
			3,
		],
		[
			'a COPY below the start',
			{dockerfile: stages(`${cmd}\nCOPY conf /etc/`)},
			'copies files below the start command',
			'Dockerfile',
			8,
		],
		[
			'an own script and no Dockerfile',
			{files: {'rel/entrypoint.sh': '#!/bin/sh\nexec "$@"\n'}},
			'does not start Litestream',
			'rel/entrypoint.sh',
			1,
		],
		[
			'nothing that restores',
			{dockerfile: stages('CMD exec litestream replicate -exec x')},
			'Nothing restores an empty volume',
			'Dockerfile',
			7,
		],
		[
			'a litestream.yml that Litestream does not read',
			{
				dockerfile: stages(
					'COPY litestream.yml /app/\nCMD litestream replicate -restore-if-db-not-exists -exec x',
				),
				files: {'litestream.yml': 'dbs:\n'},
			},
			'Litestream reads /etc/litestream.yml, but the image has its file at /app/litestream.yml',
			'Dockerfile',
			7,
		],
		[
			'a start script that is not here, with Litestream in the image',
			{
				dockerfile: stages(
					'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/\nCMD ["/run.sh"]',
				),
			},
			'/run.sh is not in the project',
			'Dockerfile',
			8,
		],
		[
			'two programs in the shell form',
			{dockerfile: stages('CMD redis-server & /app/bin/server')},
			'starts several programs',
			'Dockerfile',
			7,
		],
	])('%s', (_, given, reason, path, line) => {
		const found = find(given);
		expect(found).toMatchObject({
			is: 'refused',
			reason: expect.stringContaining(reason),
			place: {path, line},
		});
		if (found.is === 'refused') expect(found.change).toMatch(/\S/);
	});
});
