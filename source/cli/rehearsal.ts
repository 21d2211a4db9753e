import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {openFastClock} from '../adapters/clock.ts';
import type {FlyctlOptions} from '../adapters/flyctl.ts';
import {readTemplates} from '../adapters/project-texts.ts';
import {writeStateFile} from '../adapters/state/file.ts';
import {toProjectPath} from '../core/project/template.ts';
import type {Clock} from '../core/readers.ts';
import {makeWorld, readWorld, requireWorld, startClock} from '../rehearsal/engine/world-file.ts';
import {startOutside} from '../rehearsal/network/network.ts';
import {findFlyToml, type NamedFlyToml} from './fly-toml.ts';
import {
	digestEarlierCopy,
	digestProjectCopy,
	type ProjectCopy,
	readProjectCopy,
	writeProjectCopy,
} from './project-copy.ts';

export type Rehearsal = {
	/** The persistent copy that a rehearsal changes instead of the project. */
	readonly root: string;
	readonly clock: Clock;
	/** Runs the built-in Fly. */
	readonly flyctl: Pick<FlyctlOptions, 'command' | 'start' | 'terminalCommand' | 'extra' | 'userFolder'>;
	readonly outside: Awaited<ReturnType<typeof startOutside>>;
};

type Options = {
	readonly stateFolder: string;
	readonly worldPath: string;
	/** The real project. Without a mix.exs in it, a rehearsal copies the sample app. */
	readonly project: string;
	readonly flyToml: NamedFlyToml;
	readonly sampleFolder: string;
	readonly speed: number;
	/** Node and the script of the built-in Fly. */
	readonly command: readonly [string, string];
	readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
Opens the world, the copy of the project, and the loopback servers of a rehearsal. World, journal, and copy belong
together: if the world is missing, or the project's own files changed, all three start again.

@throws {Failure} Exit 2 where the world's file has other content.
*/
export async function openRehearsal({
	stateFolder,
	worldPath,
	project,
	flyToml,
	sampleFolder,
	speed,
	command,
	environment,
}: Options): Promise<Rehearsal> {
	const files = await readOwnFiles(project, sampleFolder, flyToml);
	const digest = digestProjectCopy(files);
	const digestPath = join(stateFolder, 'project.sha256');
	const root = join(stateFolder, 'project');
	if (existsSync(worldPath)) requireWorld(worldPath);
	const known = readText(digestPath);
	const isEarlier = known !== digest && known === digestEarlierCopy(files);
	const isFresh = !existsSync(worldPath) || !(known === digest || isEarlier) || !existsSync(root);
	if (isFresh) {
		for (const path of [worldPath, root, join(stateFolder, 'journal.json')])
			rmSync(path, {recursive: true, force: true});
		await writeProjectCopy(root, files);
		await makeWorld(worldPath, {nowMs: Date.now(), speed});
		writeStateFile(digestPath, digest);
	} else if (isEarlier) {
		await writeProjectCopy(root, new Map([...files].filter(([path]) => !existsSync(join(root, path)))));
		writeStateFile(digestPath, digest);
	}

	await startClock(worldPath, speed);
	const {clock: anchor} = await readWorld(worldPath);
	const flyFolder = logIn(stateFolder);
	const now = () => anchor.simulatedMs + (Date.now() - anchor.realMs) * anchor.speed;
	return {
		root,
		clock: openFastClock(now, speed),
		flyctl: {
			...(environment.PHXFLY_REHEARSAL_PROCESS === 'child' ? {command} : openInProcess(command)),
			terminalCommand: command,
			userFolder: flyFolder,
			extra: {
				PHXFLY_WORLD: worldPath,
				PHXFLY_SPEED: String(speed),
				PHXFLY_FAULTS: environment.PHXFLY_FAULTS ?? '',
				FLY_CONFIG_DIR: flyFolder,
			},
		},
		outside: await startOutside({worldPath}),
	};
}

/** Runs the built-in Fly in this process, since a child process takes 0.1 s to start. Loads it with the first call. */
function openInProcess(command: Options['command']): Pick<FlyctlOptions, 'command' | 'start'> {
	return {
		command: ['fly'],
		async start(launch, onOutput) {
			const {startInProcess} = await import('../rehearsal/engine/in-process.ts');
			return startInProcess(command, launch, onOutput);
		},
	};
}

async function readOwnFiles(
	project: string,
	sampleFolder: string,
	flyToml: NamedFlyToml,
): Promise<ProjectCopy> {
	if (existsSync(join(project, 'mix.exs')))
		return readProjectCopy(project, await findFlyToml(project, flyToml));
	const sample = await readTemplates(sampleFolder);
	return new Map(
		[...sample].map(([path, text]) => [
			toProjectPath(path),
			{is: 'file', bytes: Buffer.from(text), mode: 0o644},
		]),
	);
}

function readText(path: string): string | undefined {
	return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Writes today's login, so that the built-in Fly finds what flyctl would find. */
function logIn(stateFolder: string): string {
	const folder = join(stateFolder, 'dot-fly');
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const login = `access_token: rehearsal\nlast_login: ${new Date().toISOString()}\n`;
	writeStateFile(join(folder, 'config.yml'), login);
	return folder;
}
