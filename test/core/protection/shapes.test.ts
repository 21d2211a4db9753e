import {describe, expect, it} from 'vitest';
import {block, find, type Given, own, splice, stages, usualToml} from './find-protection.ts';

const restore = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"';
const replicate = 'exec litestream replicate -exec "/app/bin/server"';
const yml = `dbs:\n  - path: \${DATABASE_PATH}\n    replicas:\n      - url: \${LITESTREAM_REPLICA_URL}\n`;

describe('starts that real projects have, each left as it is', () => {
	it.each<readonly [string, string, Given] | readonly [string, string]>([
		['one word', 'CMD ["/app/bin/server"]'],
		['one word, from WORKDIR', 'CMD ["./bin/server"]'],
		['a program and a word', 'CMD ["bin/demo", "start"]'],
		['the shell form', 'CMD /app/bin/server'],
		['the shell form, with a word', 'CMD /app/bin/demo start'],
		['sh -c', 'CMD ["/bin/sh", "-c", "/app/bin/server"]'],
		['sh -c, migrate && server', 'CMD ["/bin/sh", "-c", "/app/bin/migrate && /app/bin/server"]'],
		['the shell form, a && b', 'CMD /app/bin/migrate && /app/bin/server'],
		[
			'a script of its own',
			'CMD ["/app/bin/start"]',
			{files: {'rel/overlays/bin/start': '#!/bin/sh\nset -e\n./migrate\nexec ./demo start\n'}},
		],
		['no release', 'CMD ["mix", "phx.server"]'],
		['lines below it', 'CMD ["/app/bin/server"]\n\n# Appended by flyctl\nENV ECTO_IPV6 true'],
		[
			'[experimental] without words',
			'CMD ["/app/bin/server"]',
			{flyToml: `${usualToml}[experimental]\ncmd = []\nentrypoint = []\nexec = []\n`},
		],
		[
			'[experimental] cmd',
			'CMD ["/app/bin/server"]',
			{flyToml: `${usualToml}[experimental]\ncmd = ["/app/bin/demo", "start"]\n`},
		],
		[
			'a release_command',
			'CMD ["/app/bin/server"]',
			{flyToml: `${usualToml}[deploy]\nrelease_command = "/app/bin/migrate"\n`},
		],
		['a group of [processes]', 'CMD ["x"]', {flyToml: `${usualToml}[processes]\napp = "/app/bin/server"\n`}],
	])('%s', (...[, start, given = {}]: readonly [string, string, (Given | undefined)?]) => {
		const [command = '', ...below] = start.split(/(?=\n\n)/);
		const after = [block, own, command].join('\n') + below.join('');
		expect(splice({...given, dockerfile: stages(start)})).toBe(stages(after));
	});

	it.each([
		['FROM debian:bookworm-slim', 'FROM --platform=linux/amd64 debian:bookworm-slim'],
		['FROM debian:bookworm-slim', 'FROM docker.io/library/alpine:3.21 AS runner'],
		['FROM elixir AS builder', `ARG V=1.18\nARG BUILDER=elixir:\${V}\nFROM \${BUILDER} AS builder`],
		['USER nobody', 'USER 999:999'],
		['USER nobody\n', ''],
		['WORKDIR "/app"', 'WORKDIR /home/app'],
		['RUN mix release', 'RUN mix deps.get \\\n  # what the release needs\n\n  && mix release'],
		['RUN mix release', 'RUN <<EOF\nmix release\nCMD ["no"]\nEOF'],
		['FROM elixir', '# syntax=docker/dockerfile:1\n# escape=`\nFROM elixir'],
		['FROM elixir', 'FROM scratch AS files\nFROM elixir AS other\nFROM elixir'],
	])('with %j as %j', (from, to) => {
		const text = stages('CMD ["/app/bin/server"]').replace(from, to);
		expect(text).not.toBe(stages('CMD ["/app/bin/server"]'));
		expect(splice({dockerfile: text})).toBe(text.replace('CMD ["/app', `${block}\n${own}\nCMD ["/app`));
	});

	it('in one stage, and in an umbrella with two releases', () => {
		const files = {
			'mix.exs':
				'defmodule A do\n  def project, do: [apps_path: "apps", releases: [web: [], jobs: []]]\nend\n',
			'apps/web/mix.exs':
				'defmodule B do\n  def project, do: [app: :web, deps: [{:phoenix, "~> 1.8"}]]\nend\n',
		};
		const text =
			'FROM elixir\nWORKDIR /app\nCOPY . .\nCOPY apps/web/mix.exs apps/web/\nRUN mix release web\nCMD ["_build/prod/rel/web/bin/web", "start"]\n';
		expect(splice({dockerfile: text, files})).toBe(text.replace('CMD', `${block}\n${own}\nCMD`));
	});
});

describe('Litestream, as people install it, is used as it is', () => {
	const binary = 'COPY --from=builder /usr/bin/litestream /usr/bin/litestream';
	const script = 'COPY run.sh /app/run.sh';
	const config = 'COPY config/litestream.yml /etc/litestream.yml';

	it.each<readonly [string, readonly string[], readonly string[]]>([
		['a package of the builder', ['RUN wget litestream-v0.3.13.deb && dpkg -i litestream.deb'], [binary]],
		[
			'an archive that ADD brings',
			[
				'ADD https://example.com/litestream-v0.3.9-static.tar.gz /tmp/l.tar.gz',
				'RUN tar -C /usr/local/bin -xzf /tmp/l.tar.gz',
			],
			['COPY --from=builder /usr/local/bin/litestream /usr/local/bin/litestream'],
		],
		[
			'its image',
			[],
			['COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream'],
		],
		[
			'a script by way of the builder',
			['COPY run.sh /build/'],
			[binary, 'COPY --from=builder /build/run.sh /app/run.sh'],
		],
		[
			'a folder of scripts',
			['WORKDIR /build', 'COPY . .'],
			[binary, 'COPY --from=builder /build/run.sh ./run.sh'],
		],
	])('%s', (_, above, below) => {
		const text = stages(
			[...below, config, ...(below.join().includes('run.sh') ? [] : [script]), 'CMD ["/app/run.sh"]'].join(
				'\n',
			),
		);
		const dockerfile = text.replace('RUN mix', [...above, 'RUN mix'].join('\n'));
		const files = {'run.sh': `#!/bin/sh\nset -e\n${restore}\n${replicate}\n`, 'config/litestream.yml': yml};
		expect(find({dockerfile, files})).toEqual({is: 'ready', place: {path: 'run.sh', line: 4}, switches: []});
	});
});

describe('what is refused', () => {
	it.each<readonly [string, Given, string]>([
		['LiteFS, as a list', {dockerfile: stages('ENTRYPOINT ["litefs", "mount"]')}, 'under LiteFS'],
		['LiteFS, as CMD', {dockerfile: stages('CMD litefs mount')}, 'under LiteFS'],
		[
			'LiteFS behind a shell',
			{dockerfile: stages('CMD ["sh", "-c", "litefs mount -- /app/bin/server"]')},
			'under LiteFS',
		],
		['foreman', {dockerfile: stages('CMD ["foreman", "start"]')}, 'several programs'],
		['s6', {dockerfile: stages('ENTRYPOINT ["/init"]\nCMD ["/app/bin/server"]')}, 'several programs'],
		['distroless', {dockerfile: 'FROM gcr.io/distroless/base\nCMD ["/app/bin/server"]\n'}, 'no shell'],
		[
			'an unknown instruction',
			{dockerfile: stages('START ["x"]\nCMD ["/app/bin/server"]')},
			'cannot read line 7',
		],
		['no Dockerfile at all', {dockerfile: 'just words\n'}, 'cannot read line 1'],
		['an empty file', {dockerfile: ''}, 'cannot read line 1'],
		['builtin', {flyToml: `${usualToml}[build]\nbuiltin = "x"\n`}, 'without a Dockerfile (builtin)'],
		[
			'a litestream.yml that nothing uses',
			{
				dockerfile: stages('CMD ["/app/bin/server"]'),
				files: {'config/litestream.yml': 'dbs:\n  - path: /x\n'},
			},
			"is not phxfly's",
		],
		[
			'a restore of another file',
			{
				dockerfile: stages('COPY run.sh /run.sh\nCMD ["/run.sh"]'),
				files: {
					'run.sh': `#!/bin/sh\nset -e\nlitestream restore -if-db-not-exists -if-replica-exists -o /data/old.db s3://a/b\n${replicate}\n`,
				},
			},
			'restores /data/old.db, and the app writes /data/shop.db',
		],
	])('%s', (_, given, reason) => {
		expect(find(given)).toMatchObject({is: 'refused', reason: expect.stringContaining(reason)});
	});

	it('but not a restore into a copy that gets its name afterwards', () => {
		const files = {
			'run.sh': `#!/bin/sh\nset -e\nif [ ! -f /data/shop.db ]; then\nlitestream restore -if-replica-exists -o /data/copy.db s3://a/b\nmv /data/copy.db /data/shop.db\nfi\n${replicate}\n`,
		};
		expect(find({dockerfile: stages('COPY run.sh /run.sh\nCMD ["/run.sh"]'), files}).is).toBe('ready');
	});
});
