import {cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {inject} from 'vitest';
import {projectFolder} from '../../source/adapters/state/paths.ts';
import {providerAnswers, rehearseArgs} from './answers.ts';
import {openRehearsal, type Rehearsal, readTree} from './rehearsal.ts';
import {chatFolder} from './template-files.ts';

/** The secret of the finished chat: every character that is awkward on some way to Fly. */
export const awkwardKey = `sk-ant-#1 "double" 'single' $HOME \\n %A% = ${'`'}x${'`'} é`;
export const chatAnswers = ['--app', 'parley-1', '--org', 'personal', '--region', 'ams', '--domain', 'none'];

type Finished = {
	/** The project's folder in the working folder; none is the sample's own. */
	readonly project: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
};

const speed = 1000;
const finished = {
	tigris: {project: '', args: rehearseArgs(speed, 'tigris'), env: providerAnswers.tigris.env},
	s3: {project: '', args: rehearseArgs(speed, 's3'), env: providerAnswers.s3.env},
	phoenix: {
		project: 'chat',
		args: [
			...['rehearse', 'chat', '--yes', '--json', '--wait', '1h', ...chatAnswers],
			...['--world', 'w.json', '--speed', String(speed)],
		],
		env: {ANTHROPIC_API_KEY: awkwardKey},
	},
} satisfies Record<string, Finished>;
export type FinishedName = keyof typeof finished;

/**
Opens a rehearsal whose setup has ended well, as if it had just ended. The first test of a run that wants one makes it; all
others copy it.
*/
export async function openFinished(name: FinishedName): Promise<Rehearsal> {
	const made = await makeOnce(name);
	const rehearsal = openRehearsal();
	place(made, finished[name], rehearsal);
	return rehearsal;
}

/** @returns The folder that holds what the setup left. */
async function makeOnce(name: FinishedName): Promise<string> {
	const folder = join(inject('finishedWorlds'), name);
	const problem = `${folder}.problem`;
	if (isFirst(`${folder}.made`)) {
		await make(finished[name], folder).catch((error: unknown) => writeFileSync(problem, String(error)));
	}

	// Another worker may be at it.
	while (!existsSync(folder) && !existsSync(problem)) await sleep(10);
	if (existsSync(problem)) throw new Error(readFileSync(problem, 'utf8'));
	return folder;
}

function isFirst(lock: string): boolean {
	try {
		mkdirSync(lock);
		return true;
	} catch {
		return false;
	}
}

async function make({project, args, env}: Finished, folder: string): Promise<void> {
	const rehearsal = openRehearsal();
	try {
		if (project !== '') cpSync(chatFolder, join(rehearsal.folder, project), {recursive: true});
		const {exit, stdout, stderr} = await rehearsal.run(args, {env});
		if (exit !== 0) throw new Error(`The setup ended with ${exit}:\n${stdout.slice(-3000)}${stderr}`);
		const half = `${folder}.half`;
		cpSync(rehearsal.folder, join(half, 'work'), {recursive: true});
		cpSync(rehearsal.stateHome, join(half, 'state'), {recursive: true});
		writeFileSync(join(half, 'made-in'), dirname(rehearsal.folder));
		renameSync(half, folder);
	} finally {
		await rehearsal.close();
	}
}

/** Copies it; every path in it is the rehearsal's own then. */
function place(made: string, {project}: Finished, rehearsal: Rehearsal): void {
	cpSync(join(made, 'work'), rehearsal.folder, {recursive: true});
	cpSync(join(made, 'state'), rehearsal.stateHome, {recursive: true});
	const before = rehearsal.stateFolder();
	const root = dirname(before);
	const after = projectFolder(root, join(rehearsal.folder, project), rehearsal.worldPath);
	renameSync(before, after);

	const madeIn = readFileSync(join(made, 'made-in'), 'utf8');
	for (const path of [rehearsal.worldPath, ...[...readTree(root).keys()].map(path => join(root, path))]) {
		const text = readFileSync(path, 'latin1');
		const own = text
			.replaceAll(madeIn, dirname(rehearsal.folder))
			.replaceAll(basename(before), basename(after))
			.replace(path === rehearsal.worldPath ? /"realMs": \d+/ : /$^/, `"realMs": ${Date.now()}`);
		if (own !== text) writeFileSync(path, own, 'latin1');
	}
}
