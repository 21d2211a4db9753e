import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {setup as build} from '../helpers/build-once.ts';
import {listMoments} from './real-moments.ts';
import {openRealProject, type RealProject, type RealWanted, runRealUndisturbed} from './real-project.ts';
import type {Setting} from './settings.ts';
import type {Totals} from './totals.ts';

type Take = (label: string, scenario: string, totals: Totals, problems: readonly string[]) => void;
type Bounds = {readonly settings: readonly Setting[]; readonly endMs: number; readonly randomMs: number};
type Job = {
	readonly setting: Setting;
	readonly name: string;
	run(project: RealProject, wanted: RealWanted): Promise<void>;
};

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Steps that a setup of a running app still has to do. The rest is as for a new app. */
const ownOfTwo: readonly string[] = ['set-secrets', 'set-machine-count', 'deploy'];
/** Number of projects at once. */
const executor = 2;
/** Number of moments to kill one project at, one after the other. */
const share = 7;

/** Kills the built program at every named moment, then at random moments until the time is over. */
export async function runReal(bounds: Bounds, take: Take): Promise<void> {
	const builtIn = copyBuilt();
	try {
		await killProjects(builtIn, bounds, take);
	} finally {
		rmSync(builtIn, {recursive: true, force: true});
	}
}

/** Copies the built program, since a build in the meantime would replace it in the middle of a project. */
function copyBuilt(): string {
	build();
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-built-'));
	for (const part of ['dist', 'templates', 'package.json'])
		cpSync(join(root, part), join(folder, part), {recursive: true});
	return folder;
}

async function killProjects(builtIn: string, {settings, endMs, randomMs}: Bounds, take: Take): Promise<void> {
	const wanted = new Map<Setting, RealWanted>();
	for (const setting of settings) wanted.set(setting, await runRealUndisturbed(setting, builtIn));
	const named = settings.flatMap(setting => listNamed(setting, wanted.get(setting)?.stepIds ?? []));
	let randomEndMs = endMs;
	let count = 0;
	const next = (): Job | undefined => {
		if (Date.now() > endMs) return undefined;
		const job = named.shift();
		if (job) return job;
		randomEndMs = Math.min(randomEndMs, Date.now() + randomMs);
		const setting = settings[count++ % settings.length];
		return setting && Date.now() < randomEndMs ? strikeAtRandom(setting) : undefined;
	};
	const work = async () => {
		for (let job = next(); job; job = next()) {
			const want = wanted.get(job.setting);
			if (!want) throw new Error(`Nothing to compare ${job.setting.label} with.`);
			const project = await openRealProject(job.setting, builtIn);
			try {
				const broken = await job.run(project, want).then(() => [], say);
				const {totals, problems} = await project.finish(want);
				const equal = broken.length === 0 ? totals.equal : 0;
				take(`real ${job.setting.label}`, job.name, {...totals, equal}, [...broken, ...problems]);
			} finally {
				await project.close();
			}
		}
	};
	await Promise.all(Array.from({length: executor}, work));
}

/** Tells whether a run ended before its moment came. */
const say = (error: unknown): readonly string[] => [error instanceof Error ? error.message : String(error)];

/** Lists every moment once, a few for each project, since a project with many kills has little left to do. */
function listNamed(setting: Setting, stepIds: readonly string[]): readonly Job[] {
	const moments = listMoments(setting.startsOnTwo ? stepIds.filter(id => ownOfTwo.includes(id)) : stepIds);
	const groups = Math.ceil(moments.length / share);
	return Array.from({length: groups}, (_, group) => {
		const own = moments.slice(group * share, (group + 1) * share);
		return {
			setting,
			name: own.map(({name}) => name).join(', '),
			async run(project) {
				for (const moment of own) await project.killAt(moment);
			},
		};
	});
}

function strikeAtRandom(setting: Setting): Job {
	const times: number[] = [];
	return {
		setting,
		get name() {
			return `killed after ${times.join(', ')} ms`;
		},
		async run(project, {tookMs}) {
			for (let kill = 0; kill < 4; kill++) {
				const ms = Math.round(Math.random() * tookMs);
				times.push(ms);
				await project.killAfter(ms);
			}
		},
	};
}
