import {join} from 'node:path';
import type {AppConfig} from '../app-config/app-config.ts';
import type {Context} from '../arguments/invocation.ts';
import {type Flow, FlyError, print, printError, wait} from '../world/effects.ts';
import {makeStableHex, makeUlid} from '../world/make.ts';
import {buildLog} from './image.ts';

/** `--image`, the file's own image, or a build. A failure is tried and printed twice, as flyctl does. */
export function* chooseImage(context: Context, config: AppConfig): Flow<string> {
	const image = context.flags.string('image') || String(config.build.image ?? '');
	if (image !== '') return yield* findImage(image);

	const given = context.flags.string('dockerfile') || String(config.build.dockerfile ?? '');
	const names = given === '' ? ['Dockerfile', 'dockerfile'] : [given];
	const text = names
		.map(name => context.files.read(join(context.cwd, name)))
		.find(found => found !== undefined);
	const builder = config.build.builder ?? config.build.buildpacks ?? config.build.builtin;
	if (text === undefined && builder === undefined) {
		const reason =
			given === ''
				? 'app does not have a Dockerfile or buildpacks configured. See https://fly.io/docs/reference/configuration/#the-build-section'
				: `dockerfile '${join(context.cwd, given)}' not found`;
		return yield* failTwice([], reason);
	}
	if (context.flags.bool('local-only')) {
		return yield* failTwice([], 'docker is unavailable to build the deployment image');
	}
	return yield* build(context, text ?? '');
}

function* findImage(image: string): Flow<string> {
	const search = `Searching for image '${image}' remotely...`;
	if (image.startsWith('registry.fly.io/nope'))
		return yield* failTwice([search], `could not find image "${image}"`);
	yield* printError('==> Building image');
	yield* printError(search);
	yield* wait(1_500);
	yield* printError(`image found: img_${makeStableHex(image, 16)}`);
	return image;
}

function* failTwice(lines: readonly string[], reason: string): Flow<never> {
	for (const _ of [1, 2]) {
		yield* printError('==> Building image');
		for (const line of lines) yield* printError(line);
		yield* wait(600);
	}
	throw new FlyError(`failed to fetch an image or build from source: ${reason}`);
}

/** A step that runs `false` fails the build. */
function* build({app, flags}: Context, dockerfile: string): Flow<string> {
	const failing = /^\s*RUN\s+(false|exit [1-9]\d*)\s*$/m.exec(dockerfile)?.[1];
	const image = `registry.fly.io/${app}:${flags.string('image-label') || `deployment-${makeUlid()}`}`;
	for (const attempt of [1, 2]) {
		yield* printError('==> Building image');
		yield* printError('Waiting for depot builder...\n');
		for (const {ms, line} of buildLog({image, failing, isCached: attempt === 2 || flags.bool('no-cache')})) {
			yield* wait(ms);
			yield* printError(line);
		}
		if (failing === undefined) break;
	}
	if (failing !== undefined) {
		throw new FlyError(
			`failed to fetch an image or build from source: error building: failed to solve: process "/bin/sh -c ${failing}" did not complete successfully: exit code: 1`,
		);
	}
	yield* printError('--> Building image done');
	yield* printError(`image: ${image}`);
	yield* printError('image size: 148 MB');
	yield* print();
	return image;
}
