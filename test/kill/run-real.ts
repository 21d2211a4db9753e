import type {ProviderId} from '../helpers/answers.ts';
import {setup as build} from '../helpers/build-once.ts';
import {listMoments} from './real-moments.ts';
import {openRealProject, type RealProject, type RealWanted, runRealUndisturbed} from './real-project.ts';
import type {Totals} from './totals.ts';

type Take = (label: string, campaign: string, totals: Totals, problems: readonly string[]) => void;
type Job = {
	readonly provider: ProviderId;
	readonly name: string;
	run(project: RealProject, wanted: RealWanted): Promise<void>;
};

const providers = ['tigris', 's3', 'r2'] as const;
/** So many projects at once. */
const hands = 2;
/** Moments one project is killed at, one after the other. */
const share = 7;

/** Kills the built program at every named moment, then at random ones until the time is over. */
export async function runReal(
	{endMs, randomMs}: {readonly endMs: number; readonly randomMs: number},
	take: Take,
): Promise<void> {
	build();
	const wanted = new Map<ProviderId, RealWanted>();
	for (const provider of providers) wanted.set(provider, await runRealUndisturbed(provider));
	const named = providers.flatMap(provider => listNamed(provider, wanted.get(provider)?.stepIds ?? []));
	let randomEndMs = endMs;
	let count = 0;
	const next = (): Job | undefined => {
		if (Date.now() > endMs) return undefined;
		const job = named.shift();
		if (job) return job;
		randomEndMs = Math.min(randomEndMs, Date.now() + randomMs);
		const provider = providers[count++ % providers.length];
		return provider && Date.now() < randomEndMs ? strikeAtRandom(provider) : undefined;
	};
	const work = async () => {
		for (let job = next(); job; job = next()) {
			const want = wanted.get(job.provider);
			if (!want) throw new Error(`Nothing to compare ${job.provider} with.`);
			const project = openRealProject(job.provider);
			try {
				const broken = await job.run(project, want).then(() => [], say);
				const {totals, problems} = await project.finish(want);
				const equal = broken.length === 0 ? totals.equal : 0;
				take(`real wisp ${job.provider}`, job.name, {...totals, equal}, [...broken, ...problems]);
			} finally {
				await project.close();
			}
		}
	};
	await Promise.all(Array.from({length: hands}, work));
}

/** A run that ended by itself before its moment came. */
const say = (error: unknown): readonly string[] => [error instanceof Error ? error.message : String(error)];

/** Every moment once, a few to a project: of a project that was killed often, little is left to kill. */
function listNamed(provider: ProviderId, stepIds: readonly string[]): readonly Job[] {
	const moments = listMoments(stepIds);
	const groups = Math.ceil(moments.length / share);
	return Array.from({length: groups}, (_, group) => {
		const own = moments.slice(group * share, (group + 1) * share);
		return {
			provider,
			name: own.map(({name}) => name).join(', '),
			async run(project) {
				for (const moment of own) await project.killAt(moment);
			},
		};
	});
}

function strikeAtRandom(provider: ProviderId): Job {
	const times: number[] = [];
	return {
		provider,
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
