import type {History, Step} from './history.ts';

/** Drops steps and simplifies the rest, as long as the history is wrong. Tries at most a few hundred. */
export async function shorten(
	history: History,
	isWrong: (history: History) => Promise<boolean>,
): Promise<History> {
	let best = history;
	for (let left = 300, isBetter = true; isBetter && left > 0; ) {
		isBetter = false;
		for (const shorter of listShorter(best)) {
			if (left-- <= 0) break;
			if (!(await isWrong(shorter))) continue;
			best = shorter;
			isBetter = true;
			break;
		}
	}

	return best;
}

/** Lists histories that are a little shorter or simpler, the shorter ones first. */
function listShorter({profile, steps}: History): readonly History[] {
	const replaced = (at: number, others: readonly Step[]) => [
		...steps.slice(0, at),
		...others,
		...steps.slice(at + 1),
	];
	return [
		...steps.map((_, at) => ({profile, steps: replaced(at, [])})),
		...steps.flatMap((step, at) =>
			simplify(step).map(simpler => ({profile, steps: replaced(at, [simpler])})),
		),
	];
}

const plain = {region: 'sjc', sizeGb: 1, bucket: 'own', domain: 'own'} as const;

/** Lists steps with one thing less than usual. */
function simplify(step: Step): readonly Step[] {
	const simpler: Step[] = [];
	if ('at' in step && step.at === 1) simpler.push({...step, at: 0});
	if ((step.does === 'setup' || step.does === 'destroy') && step.trouble)
		simpler.push({...step, trouble: undefined});
	if (step.does === 'setup') {
		if (step.adopts) simpler.push({...step, adopts: false});
		if (step.org !== 'personal') simpler.push({...step, org: 'personal'});
		for (const name of ['region', 'sizeGb', 'bucket', 'domain'] as const)
			if (step.answers[name] !== plain[name])
				simpler.push({...step, answers: {...step.answers, [name]: plain[name]}});
	}

	if (step.does !== 'by hand' || !('holds' in step.hand)) return simpler;
	const {hand} = step;
	const fewer = hand.holds.map((_, at) => ({...hand, holds: hand.holds.filter((_, index) => index !== at)}));
	return [...simpler, ...fewer.map(hand => ({...step, hand}))];
}
