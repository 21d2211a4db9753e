import {describePoint} from './list-points.ts';
import {listScenarios} from './list-scenarios.ts';
import {type Outcome, runBaseline, runScenario} from './scenario.ts';
import type {Point} from './scheduler.ts';
import type {Setting} from './settings.ts';

export type Report = {
	/** The setting's label. */
	readonly setting: string;
	/** The points, readable. */
	readonly scenario: string;
	readonly outcome: Outcome;
};

/**
Runs every n-th scenario of every setting, one of each setting in turn, so that a run that ends early has covered all of
them evenly.

@param share - `[which, of how many]`.
*/
export async function runInProcess(
	settings: readonly Setting[],
	[which, of]: readonly [number, number],
	untilMs: number,
	emit: (report: Report) => void,
): Promise<void> {
	const wanted = await Promise.all(settings.map(setting => runBaseline(setting)));
	const work = settings.map((setting, index) => {
		const want = wanted[index];
		if (!want) throw new Error('A setting without its baseline.');
		return listScenarios(want).map(points => ({setting, want, points}));
	});
	const longest = Math.max(...work.map(({length}) => length));
	const inTurn = Array.from({length: longest}, (_, at) => work.map(list => list[at])).flat();
	for (const [index, entry] of inTurn.entries()) {
		if (!entry || index % of !== which) continue;
		if (Date.now() > untilMs) return;
		const {setting, want, points} = entry;
		const scenario = points.map((point: Point) => describePoint(point, want)).join(', then ');
		emit({setting: setting.label, scenario, outcome: await runScenario(setting, points, want)});
	}
}
