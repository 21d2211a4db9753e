import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {describeRules, judgeDoctor, listPlaces} from './judge-doctor.ts';
import {judgeFacts} from './judge-facts.ts';
import {findHarm} from './judge-fix.ts';
import {findUnreplicated} from './judge-image.ts';
import {copyProject} from './open-project.ts';

function writeFolder(files: Readonly<Record<string, string>>): string {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-judges-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text);
	}

	return folder;
}

const judge = (files: Readonly<Record<string, string>>) => findUnreplicated(writeFolder(files), 'fly.toml');
const litestream =
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\n';
const plain = 'FROM elixir AS builder\nRUN mix release\nFROM debian\nCMD ["/app/bin/server"]\n';

test('an image with a server alone does not replicate', () => {
	expect(judge({Dockerfile: plain})).toBe('["/app/bin/server"] does not start litestream');
	expect(judge({Dockerfile: plain.replace('RUN', `${litestream}RUN`)})).toContain('does not start');
	expect(judge({})).toBe('there is no Dockerfile');
});

test('an entrypoint that the image runs counts, with the program in its last stage', () => {
	const script = '#!/bin/sh\nexec litestream replicate -exec "$command"\n';
	const started = plain.replace('CMD', `${litestream}ENTRYPOINT ["/usr/local/bin/entrypoint"]\nCMD`);
	expect(judge({Dockerfile: started, 'rel/entrypoint.sh': script})).toBeUndefined();
	expect(
		judge({Dockerfile: started, 'rel/entrypoint.sh': '#!/bin/sh\n# litestream replicate\nexec "$@"\n'}),
	).toMatch(/does not start/);
	expect(judge({Dockerfile: started.replace(litestream, ''), 'rel/entrypoint.sh': script})).toBe(
		'the final stage has no litestream',
	);
	expect(judge({Dockerfile: plain, 'rel/entrypoint.sh': script})).toContain('does not start');
});

test('fly.toml decides which file, stage, and command count', () => {
	const shell = `FROM debian AS one\n${litestream}CMD litestream replicate -exec /app/bin/server\nFROM one AS two\nCMD sleep 1\n`;
	expect(judge({'fly.toml': '[build]\ndockerfile = "d"\nbuild-target = "one"\n', d: shell})).toBeUndefined();
	expect(judge({'fly.toml': '[build]\ndockerfile = "d"\n', d: shell})).toContain('sleep 1');
	expect(judge({'fly.toml': '[experimental]\nexec = ["sleep"]\n', Dockerfile: shell})).toContain('sleep');
	expect(judge({'fly.toml': '[build]\nimage = "x"\n'})).toBe('fly.toml deploys the image x');
});

test('a fix that changes a path, a port, or a comment is harmful', () => {
	const before = new Map([
		['fly.toml', '# why\n[env]\nDATABASE_PATH = "/a" # here\n[http_service]\ninternal_port = 1\n'],
	]);
	const change = (from: string, to: string) =>
		findHarm(before, new Map([['fly.toml', before.get('fly.toml')?.replace(from, to) ?? '']]));
	expect(change('[http_service]', '[http_service]\nforce_https = true')).toEqual([]);
	expect(change('# why\n', '')).toEqual(['fly.toml lost a comment: # why']);
	expect(change('"/a"', '"/b"')).toEqual(['fly.toml: DATABASE_PATH was "/a", is "/b"']);
	expect(change('internal_port = 1', 'internal_port = 2')).toEqual(['fly.toml: internal_port was 1, is 2']);
	expect(findHarm(before, new Map())).toEqual(['fly.toml is gone']);
});

test('findings are compared by rule and line, and hints are none', () => {
	const event = (id: string, status: string, detail: string) => ({type: 'check-changed', id, status, detail});
	const places = listPlaces([
		event('no-vm', 'wrong', 'fly.toml:1: fly.toml names no size.'),
		event('no-dockerignore', 'could-not-tell', '.dockerignore: There is none.'),
		event('no-restart-policy', 'skipped', 'fly.toml:1: advice'),
	]);
	expect(places).toEqual(['no-vm fly.toml:1', 'no-dockerignore .dockerignore']);
	const judged = judgeDoctor('nobody/nothing', places);
	expect(judged).toMatchObject({right: [], missed: [], debatable: [], unjudged: places});
	expect(describeRules([judged, judged]).map(line => line.trim().split(/\s+/))).toEqual([
		['rule', 'right', 'wrong', 'debatable', 'missed', 'unjudged'],
		['no-dockerignore', '0', '0', '0', '0', '2'],
		['no-vm', '0', '0', '0', '0', '2'],
	]);
});

test('a project is copied from a clone at its commit, not as the work tree is', () => {
	const folder = writeFolder({'owner+app/mix.exs': 'first\n', 'owner+app/bin/run': '#!/bin/sh\n'});
	const git = (...args: readonly string[]) =>
		execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
			cwd: join(folder, 'owner+app'),
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		});
	git('init', '-q');
	git('add', '.');
	git('commit', '-q', '-m', 'first');
	const commit = git('rev-parse', 'HEAD').trim();
	writeFileSync(join(folder, 'owner+app/mix.exs'), 'second\n');
	const into = join(folder, 'copy');
	const project = {name: 'owner/app', commit, flyToml: 'fly.toml'};
	expect(copyProject(project, folder, into)).toBeUndefined();
	expect(readFileSync(join(into, 'mix.exs'), 'utf8')).toBe('first\n');
	expect(existsSync(join(into, 'bin/run'))).toBe(true);
	const other = {...project, commit: 'f'.repeat(40)};
	expect(copyProject(other, folder, into)).toBe(`owner/app has no commit ${other.commit} in ${folder}`);
	expect(copyProject({...project, name: 'a/b'}, folder, into)).toBe(`a/b is not in ${folder}`);
});

test('a fact is right, wrong, or untold, and each other one is listed', () => {
	const expected = {'a/b': {family: 'sqlite', port: 4000, 'health path': '/', required: ['A', 'B']}};
	const read = {'a/b': {family: 'none', 'health path': null, required: ['A', 'B']}, 'c/d': {port: 1}};
	expect(judgeFacts(expected, read)).toEqual({
		tallies: [
			{fact: 'family', right: 0, wrong: 1, untold: 0},
			{fact: 'port', right: 0, wrong: 0, untold: 1},
			{fact: 'health path', right: 0, wrong: 0, untold: 1},
			{fact: 'required', right: 1, wrong: 0, untold: 0},
		],
		differences: [
			'a/b: family: "none", not "sqlite"',
			'a/b: port: could not tell, not 4000',
			'a/b: health path: null, not "/"',
		],
	});
});
