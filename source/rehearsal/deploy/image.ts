import {join} from 'node:path';
import type {Context} from '../arguments/invocation.ts';
import type {AppConfig} from '../config/config.ts';
import {printBuild, readProjectNames} from '../image/build-log.ts';
import {parseDockerfile} from '../image/dockerfile.ts';
import {planBuild} from '../image/stage.ts';
import {type Flow, FlyError, print, printError, wait} from '../world/effects.ts';
import {makeStableHex, makeUlid} from '../world/make.ts';
import {
	type BuildJudgment,
	countModules,
	type DockerSource,
	findDockerfile,
	judgeBuild,
	judgeEarlierBuild,
	readTarget,
} from './build-context.ts';

/** An image, and what a machine of it does; undefined where no Dockerfile tells. */
type ChosenImage = {readonly name: string; readonly judged: BuildJudgment | undefined};

/** `--image`, the file's own image, or a build. Tries and prints a failure twice, like flyctl. */
export function* chooseImage(context: Context, config: AppConfig): Flow<ChosenImage> {
	const image = context.flags.string('image') || String(config.build.image ?? '');
	if (image !== '') {
		return {name: yield* findImage(image), judged: judgeEarlierBuild(context, config)};
	}

	const {provided, source} = findDockerfile(context, config);
	const builder = config.build.builder ?? config.build.buildpacks ?? config.build.builtin;
	if (source === undefined && builder === undefined) {
		const reason =
			provided === ''
				? 'app does not have a Dockerfile or buildpacks configured. See https://fly.io/docs/reference/configuration/#the-build-section'
				: `dockerfile '${join(context.cwd, provided)}' not found`;
		return yield* failTwice([], reason);
	}
	if (context.flags.bool('local-only')) {
		return yield* failTwice([], 'docker is unavailable to build the deployment image');
	}
	return yield* build(context, config, source);
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

function* build(context: Context, config: AppConfig, source: DockerSource | undefined): Flow<ChosenImage> {
	const {app, flags} = context;
	const name = `registry.fly.io/${app}:${flags.string('image-label') || `deployment-${makeUlid()}`}`;
	const plan = source && planBuild(parseDockerfile(source.text), source.context, readTarget(context, config));
	const modules = countModules(context);
	let reason = plan && !plan.ok ? plan.problem : undefined;
	for (const attempt of [1, 2]) {
		yield* printError('==> Building image');
		yield* printError('Waiting for depot builder...\n');
		if (plan?.ok === false) yield* printError('#1 [internal] load build definition from Dockerfile');
		if (!source || !plan?.ok) continue;
		const log = printBuild(plan.steps, {
			bases: plan.bases,
			image: name,
			isCached: attempt === 2 && !flags.bool('no-cache'),
			names: readProjectNames(source.context, modules),
		});
		for (let step = log.next(); ; step = log.next()) {
			if (step.done) {
				reason = step.value;
				break;
			}

			yield* wait(step.value.ms);
			yield* printError(step.value.line);
		}

		if (reason === undefined) break;
	}

	if (reason !== undefined) {
		throw new FlyError(
			`failed to fetch an image or build from source: error building: failed to solve: ${reason}`,
		);
	}

	yield* printError('--> Building image done');
	yield* printError(`image: ${name}`);
	yield* printError('image size: 148 MB');
	yield* print();
	return {name, judged: source && plan?.ok ? judgeBuild(config, source, plan.image) : undefined};
}
