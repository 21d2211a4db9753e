import type {Result} from './search.ts';

/** What all histories showed together. */
export type Totals = {
	readonly histories: number;
	readonly touched: number;
	readonly forgotten: number;
	readonly wrong: number;
};

export const noTotals: Totals = {histories: 0, touched: 0, forgotten: 0, wrong: 0};

export const addResult = (total: Totals, {touched, forgotten, kind}: Result): Totals => ({
	histories: total.histories + 1,
	touched: total.touched + touched,
	forgotten: total.forgotten + forgotten,
	wrong: total.wrong + (kind === undefined ? 0 : 1),
});

export const showTotals = ({histories, touched, forgotten}: Totals) =>
	`histories ${histories}, foreign touched ${touched}, ours forgotten ${forgotten}`;

/** Returns the shortest history of each kind of defect, the shortest of all last. */
export function showDefects(results: readonly Result[]): string {
	const shortest = new Map<string, Result>();
	for (const result of results) {
		const {kind, text} = result;
		const best = kind === undefined ? undefined : shortest.get(kind)?.text;
		if (kind !== undefined && text !== undefined && (best === undefined || text.length < best.length))
			shortest.set(kind, result);
	}

	return [...shortest.values()]
		.sort((a, b) => (b.text?.length ?? 0) - (a.text?.length ?? 0))
		.map(({seed, kind, text}) => {
			const count = results.filter(result => result.kind === kind).length;
			return `\nseed ${seed}, and ${count - 1} more: ${kind}\n${text}\n`;
		})
		.join('');
}
