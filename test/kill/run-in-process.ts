import {describePoint} from './list-points.ts';
import {listCampaigns} from './list-scenarios.ts';
import {type Outcome, runCampaign, runUndisturbed} from './scenario.ts';
import type {Point} from './scheduler.ts';
import type {Setting} from './settings.ts';

export type Told = {
	/** The setting's label. */
	readonly setting: string;
	/** The points as people read them. */
	readonly scenario: string;
	readonly outcome: Outcome;
};

/**
Runs every n-th campaign of every setting: of each setting one in turn, so that a run that ends early has struck all
of them alike.

@param share - `[which, of how many]`.
*/
export async function runInProcess(
	settings: readonly Setting[],
	[which, of]: readonly [number, number],
	untilMs: number,
	tell: (told: Told) => void,
): Promise<void> {
	const wanted = await Promise.all(settings.map(setting => runUndisturbed(setting)));
	const work = settings.map((setting, index) => {
		const want = wanted[index];
		if (!want) throw new Error('A setting without its undisturbed setup.');
		return listCampaigns(want).map(points => ({setting, want, points}));
	});
	const longest = Math.max(...work.map(({length}) => length));
	const inTurn = Array.from({length: longest}, (_, at) => work.map(list => list[at])).flat();
	for (const [index, entry] of inTurn.entries()) {
		if (!entry || index % of !== which) continue;
		if (Date.now() > untilMs) return;
		const {setting, want, points} = entry;
		const scenario = points.map((point: Point) => describePoint(point, want)).join(', then ');
		tell({setting: setting.label, scenario, outcome: await runCampaign(setting, points, want)});
	}
}
