import {join, resolve} from 'node:path';
import {parse} from '@iarna/toml';
import type {AppConfig, Json, Mount} from '../app-config/app-config.ts';
import {listServices} from '../app-config/list-services.ts';
import {resolveGuest} from '../app-config/resolve-guest.ts';
import type {Flags} from '../arguments/flags.ts';
import type {Invocation} from '../arguments/invocation.ts';
import {FlyError} from '../world/effects.ts';
import {asList, asTable, readGigabytes} from './config.ts';

/**
The fly.toml of `--config` (a file or a folder) or of the current folder; undefined where there is none.

@throws {FlyError} if it does not parse.
*/
export function loadAppConfig(invocation: Invocation, flags: Flags): AppConfig | undefined {
	const given = flags.knows('config') ? flags.string('config') : '';
	const place = resolve(invocation.cwd, given);
	const path = given === '' || invocation.files.isFolder(place) ? join(place, 'fly.toml') : place;
	const text = invocation.files.read(path);
	if (text === undefined) return undefined;
	return {...buildAppConfig(parseToml(path, text)), path};
}

/** Reads the parsed tree; never complains. */
export function buildAppConfig(tree: Json): AppConfig {
	const env = Object.entries(asTable(tree.env)).map(([name, value]) => [name, String(value)] as const);
	return {
		path: '',
		app: String(tree.app ?? ''),
		primaryRegion: String(tree.primary_region ?? ''),
		env: Object.fromEntries(env),
		mounts: asList(tree.mounts ?? tree.mount).map(readMount),
		services: listServices(tree),
		hasHttpService: tree.http_service !== undefined,
		guest: resolveGuest(asList(tree.vm ?? tree.compute ?? tree.computes)[0] ?? {}),
		processes: Object.keys(asTable(tree.processes)),
		build: asTable(tree.build),
		tree,
	};
}

function parseToml(path: string, text: string): Json {
	const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
	try {
		return parse(clean);
	} catch (error) {
		const {line = 0, col = 0} = error as {line?: number; col?: number};
		const lines = clean.split('\n');
		const shown = [line - 3, line - 2, line - 1, line]
			.filter(index => lines[index] !== undefined && index >= 0)
			.map(index => `${index + 1}| ${lines[index]}`);
		const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
		throw new FlyError(
			[
				`failed loading app config from ${path}: row ${line + 1} column ${col + 1}`,
				...shown,
				`  | ${reason}`,
			].join('\n'),
		);
	}
}

function readMount(table: Json): Mount {
	const size = readGigabytes(table.initial_size);
	const retention = table.snapshot_retention;
	return {
		source: String(table.source ?? ''),
		destination: String(table.destination ?? ''),
		...(size === undefined ? {} : {initialSizeGb: size}),
		...(typeof retention === 'number' ? {snapshotRetention: retention} : {}),
	};
}
