import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createWorld} from '../../source/rehearsal/world/world.ts';
import type {Rehearsal} from './rehearsal.ts';

const machineExec = fileURLToPath(new URL('machine-exec.mjs', import.meta.url));

export type FlyWrapper = {
	/** For `--fly`. */
	readonly path: string;
	/** For `FLY_CONFIG_DIR`, with today's login. */
	readonly configFolder: string;
	/** Sends every later `machine exec` and `machine restart` to this address, where a test runs the machine. */
	passExecTo(url: string): void;
	/** The environment of every process that ran through it. */
	readonly environments: () => readonly ReadonlyMap<string, string>[];
};

/** Writes an executable that runs the built-in Fly in the rehearsal's world, for `--fly PATH`. */
export function makeFlyWrapper({folder, packageFolder, worldPath}: Rehearsal): FlyWrapper {
	const [path, seen, configFolder] = ['flyctl', 'seen', 'dot-fly'].map(name => join(folder, '..', name)) as [
		string,
		string,
		string,
	];
	mkdirSync(seen, {recursive: true});
	mkdirSync(configFolder, {recursive: true});
	if (!existsSync(worldPath)) {
		writeFileSync(worldPath, JSON.stringify(createWorld({nowMs: Date.now(), speed: 1000})));
	}

	writeLogin(configFolder, new Date());
	// In the same process as the built-in Fly: one more for each call would double what a call costs.
	const dump = join(seen, '..', 'dump.mjs');
	writeFileSync(
		dump,
		[
			"import {writeFileSync} from 'node:fs';",
			`writeFileSync(\`${seen}/\${process.pid}.json\`, JSON.stringify(process.env));`,
			`Object.assign(process.env, {PHXFLY_WORLD: '${worldPath}', PHXFLY_SPEED: '1000'});`,
			'',
		].join('\n'),
	);
	const execUrl = join(seen, '..', 'exec-url');
	writeFileSync(
		path,
		[
			'#!/bin/sh',
			`case "$1 $2" in 'machine exec' | 'machine restart') passed=1 ;; esac`,
			`if [ "$passed" = 1 ] && [ -s '${execUrl}' ]; then`,
			`	exec '${process.execPath}' '${machineExec}' "$(cat '${execUrl}')" "$@"`,
			'fi',
			`exec '${process.execPath}' --import '${dump}' '${packageFolder}/dist/fly.js' "$@"`,
			'',
		].join('\n'),
	);
	chmodSync(path, 0o755);
	return {
		path,
		configFolder,
		passExecTo: url => writeFileSync(execUrl, url),
		environments: () =>
			readdirSync(seen).map(
				name =>
					new Map(
						Object.entries(JSON.parse(readFileSync(join(seen, name), 'utf8')) as Record<string, string>),
					),
			),
	};
}

/** Writes what `fly auth login` writes. */
export function writeLogin(configFolder: string, at: Date): void {
	const text = `access_token: fo1_somebody\nlast_login: ${at.toISOString()}\n`;
	writeFileSync(join(configFolder, 'config.yml'), text, {mode: 0o600});
}
