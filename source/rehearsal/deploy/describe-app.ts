import {join} from 'node:path';
import {Failure} from '../../core/errors/failure.ts';
import {writeParts} from '../../core/litestream/setting.ts';
import type {Context} from '../arguments/invocation.ts';
import type {AppConfig} from '../config/config.ts';
import type {Judgment} from '../image/judge.ts';
import {type Flow, load} from '../world/effects.ts';
import type {Machine} from '../world/world.ts';
import type {Deployment} from './deployment.ts';
import {describeCode} from './describe-code.ts';

/**
Describes what a release runs: the image, and what the app's code demands.

@param judgment - Without one, the image is taken for the templates' if the project has their litestream.yml.
*/
export function* describeApp(
	context: Context,
	config: AppConfig,
	judgment: Judgment | undefined,
): Flow<NonNullable<Deployment['brings']>> {
	const shared = yield* describeCode(context, config);
	if (!judgment) {
		const litestreamYml = context.files.read(join(context.cwd, 'etc/litestream.yml'));
		return {
			...shared,
			hasLitestream: litestreamYml !== undefined,
			...(litestreamYml === undefined ? {} : {litestreamYml}),
		};
	}

	const {litestreamArguments, litestreamPath, fault, switches, restoreUrls, ...rest} = judgment;
	const {hasLitestream, litestreamYml, ...kept} = rest;
	const litestream = judgment.replicates
		? yield* readLitestream(litestreamPath, litestreamArguments ?? litestreamYml)
		: undefined;
	return {
		...shared,
		hasLitestream,
		...(litestreamYml === undefined ? {} : {litestreamYml}),
		...(litestream ? {litestream} : {}),
		judgment: {
			...kept,
			switches: [...switches],
			restoreUrls: [...restoreUrls],
			...(fault ? {fault: {lines: [...fault.lines], exit: fault.exit}} : {}),
		},
	};
}

/** Reads what Litestream reads of its configuration, and why it does not start with it. */
function* readLitestream(path: string, source: string | undefined): Flow<NonNullable<Machine['litestream']>> {
	if (source === undefined) return {path, problem: `config file not found: ${path}`, databases: []};
	const {readLitestreamConfig} = yield* load(() => import('../../core/litestream/config.ts'));
	try {
		const {databases} = readLitestreamConfig(path, source);
		return {
			path,
			databases: databases.map(({line: _, ...settings}) =>
				Object.fromEntries(
					Object.entries(settings).flatMap(([name, setting]) =>
						setting ? [[name, writeParts(setting.parts)]] : [],
					),
				),
			),
		};
	} catch (error) {
		if (error instanceof Failure) return {path, problem: error.message, databases: []};
		throw error;
	}
}
