import {access, constants} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import * as v from 'valibot';
import {Failure} from '../core/errors/failure.ts';
import {findJson, versionSchema} from '../core/fly/output.ts';
import {droppedVariables} from './flyctl.ts';
import {runProcess} from './process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
Finds a program that answers `version --json` as flyctl does; skips other programs called `fly`.

@param provided - `--fly PATH`; then only that.
@param secretNames - Names of variables that contain secrets: another program called `fly` must not get them.
@returns Its absolute path.
@throws {Failure} `flyctl-missing` (exit 4), naming what it found instead.
*/
export async function findFlyctl(
	provided: string | undefined,
	environment: Environment,
	cwd: string,
	secretNames: readonly string[],
): Promise<string> {
	const kept = Object.fromEntries(
		Object.entries(environment).filter(
			(entry): entry is [string, string] =>
				entry[1] !== undefined && !secretNames.includes(entry[0]) && !droppedVariables.includes(entry[0]),
		),
	);
	const candidates = provided === undefined ? await listCandidates(environment) : [provided];
	const otherPrograms: string[] = [];
	for (const candidate of candidates) {
		const verdict = await isFlyctl(candidate, kept, cwd);
		if (verdict === 'yes') return candidate;
		if (verdict === 'another program') otherPrograms.push(candidate);
	}

	const hint =
		'Install it from https://fly.io/docs/flyctl/install/, or pass its path: --fly PATH. To try phxfly without it: phxfly rehearse.';
	if (otherPrograms.length > 0) {
		throw new Failure(
			'flyctl-missing',
			`${otherPrograms.join(' and ')} ${otherPrograms.length > 1 ? 'are' : 'is'} not flyctl.`,
			{hint},
		);
	}

	const where =
		provided === undefined ? 'flyctl not found on PATH or in ~/.fly/bin.' : `No flyctl at ${provided}.`;
	throw new Failure('flyctl-missing', where, {hint});
}

async function listCandidates(environment: Environment): Promise<readonly string[]> {
	const folders = (environment.PATH ?? '').split(delimiter).filter(folder => folder !== '');
	const suffix = delimiter === ';' ? '.exe' : '';
	const paths = [
		...['flyctl', 'fly'].flatMap(name => folders.map(folder => join(folder, name + suffix))),
		...(environment.HOME ? [join(environment.HOME, '.fly', 'bin', `flyctl${suffix}`)] : []),
	];
	const found: string[] = [];
	for (const path of paths) {
		try {
			await access(path, constants.X_OK);
			found.push(path);
		} catch {
			// Not in this folder.
		}
	}

	return found;
}

async function isFlyctl(
	path: string,
	environment: Readonly<Record<string, string>>,
	cwd: string,
): Promise<'yes' | 'another program' | 'missing'> {
	try {
		const result = await runProcess({
			command: path,
			args: ['version', '--json'],
			environment: {
				...environment,
				FLY_NO_UPDATE_CHECK: '1',
				FLY_SEND_METRICS: '0',
				NO_COLOR: '1',
			},
			cwd,
			timeoutMs: 20_000,
			graceMs: 1000,
			keepBytes: 100_000,
		});
		const isChild = result.exit === 0 && v.safeParse(versionSchema, findJson(result.stdout)).success;
		return isChild ? 'yes' : 'another program';
	} catch {
		return 'missing';
	}
}
