import {litestreams} from '../helpers/litestream.ts';
import {type Answer, ask, heal, type Outcome, type ProofCase} from './case.ts';
import {healthyCases} from './healthy-cases.ts';
import {historyCases} from './history-cases.ts';
import {loadCases} from './load-cases.ts';
import {machineCases} from './machine-cases.ts';
import {openScene} from './scene.ts';
import {sleepCases} from './sleep-cases.ts';
import {storageCases} from './storage-cases.ts';

export type Judged = {
	readonly name: string;
	readonly version: string;
	readonly outcome: Outcome;
	readonly seconds: number;
	readonly isRight: boolean;
	/** `proved`, and a restore has other rows. */
	readonly isFalselyProved: boolean;
	/** `wrong`, and nothing was. */
	readonly isFalselyWrong: boolean;
	/** What its next command did, of a case in which it must help. */
	readonly healedBy: string | undefined;
	/** The sentence and the next command. */
	readonly detail: string;
	readonly hint: string;
};

const groups = {
	healthy: healthyCases,
	load: loadCases,
	machine: machineCases,
	sleep: sleepCases,
	storage: storageCases,
	history: historyCases,
};

export const proofCases = Object.entries(groups).flatMap(([group, cases]) =>
	cases.map(each => ({...each, group})),
);

/** Lists each case with each release it is about and that could be fetched. */
export const listRuns = (cases: readonly ProofCase[]) =>
	cases.flatMap(each =>
		litestreams
			.filter(({version, path}) => path !== undefined && (!each.only || version.startsWith(each.only)))
			.map(({version, path}) => ({each, version, litestream: path ?? ''})),
	);

/**
Runs a case with a real Litestream, and judges each answer by the rows.

@param sabotage - Breaks the check's script, as a sed expression.
*/
export async function runCase(
	{each, version, litestream}: ReturnType<typeof listRuns>[number],
	sabotage?: string,
): Promise<readonly Judged[]> {
	const {name, settings = '', right, isHealthy = false} = each;
	const scene = await openScene({litestream, version, settings, sabotage});
	const startedMs = Date.now();
	try {
		const outcomes = (await each.run(scene)) ?? [await ask(scene)];
		const [first = '', second] = right;
		const accepted = (typeof first === 'string' ? right : scene.is05 ? first : second) as readonly Answer[];
		const {detail = '', hint = ''} = scene.said() ?? {};
		const isHurt = each.heals === true && outcomes.some(({answer}) => answer !== 'proved');
		const healedBy = isHurt ? ((await heal(scene)) ?? 'nothing') : undefined;
		return outcomes.map(outcome => {
			const isFalselyProved =
				outcome.answer === 'proved' && outcome.truth !== undefined && outcome.truth !== 'equal';
			const isFalselyWrong = isHealthy && outcome.answer.startsWith('wrong');
			return {
				name,
				version,
				outcome,
				seconds: (Date.now() - startedMs) / 1000,
				isRight:
					accepted.includes(outcome.answer) && !isFalselyProved && !isFalselyWrong && healedBy !== 'nothing',
				healedBy,
				isFalselyProved,
				isFalselyWrong,
				detail,
				hint,
			};
		});
	} finally {
		await scene.close();
	}
}
