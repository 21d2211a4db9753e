import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createWorld} from '../../source/rehearsal/world/world.ts';
import type {Rehearsal} from './rehearsal.ts';

export type FlyWrapper = {
	/** For `--fly`. */
	readonly path: string;
	/** For `FLY_CONFIG_DIR`, with today's login. */
	readonly configFolder: string;
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
	writeFileSync(
		path,
		`#!/bin/sh\nexec '${process.execPath}' --import '${dump}' '${packageFolder}/dist/fly.js' "$@"\n`,
	);
	chmodSync(path, 0o755);
	return {
		path,
		configFolder,
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
