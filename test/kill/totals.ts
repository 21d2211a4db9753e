/** The totals of one or more scenarios. */
export type Totals = {
	readonly kills: number;
	/** Kills of projects that ended like the baseline. */
	readonly equal: number;
	readonly duplicates: number;
	readonly lost: number;
	readonly leaks: number;
};

export const noTotals: Totals = {kills: 0, equal: 0, duplicates: 0, lost: 0, leaks: 0};

export const addTotals = (a: Totals, b: Totals): Totals => ({
	kills: a.kills + b.kills,
	equal: a.equal + b.equal,
	duplicates: a.duplicates + b.duplicates,
	lost: a.lost + b.lost,
	leaks: a.leaks + b.leaks,
});

export const showTotals = ({kills, equal, duplicates, lost, leaks}: Totals) =>
	`kills ${kills}, worlds equal ${equal}, duplicates ${duplicates}, lost ${lost}, leaks ${leaks}`;

export const isClean = ({kills, equal, duplicates, lost, leaks}: Totals) =>
	kills > 0 && equal === kills && duplicates + lost + leaks === 0;
