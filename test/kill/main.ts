import {fork} from 'node:child_process';
import {availableParallelism} from 'node:os';
import {bundleScript} from '../helpers/bundle-script.ts';
import type {Report} from './run-in-process.ts';
import {chooseSettings} from './settings.ts';
import {addTotals, isClean, noTotals, showTotals, type Totals} from './totals.ts';

/**
 * `npm run test:kill [-- --seconds N]`: every point in-process, then real kills, each resumed until it is done and compared
 * with the baseline. With `--seconds` it ends after that time, in-process points first. `--only real` and
 * `--only in-process` skip the other part, and `--setting phoenix` skips settings with another name.
 */
const workers = Math.min(4, availableParallelism());
/** Milliseconds for the random real kills, after all named moments. */
const randomMs = 120_000;

/** Starts a process for a share of the in-process points. It runs a bundle, since loading the sources one by one takes seconds. */
const worker = `
	import {runInProcess} from './test/kill/run-in-process.ts';
	import {chooseSettings} from './test/kill/settings.ts';
	const [which, of, untilMs] = process.argv.slice(2).map(Number);
	await runInProcess(chooseSettings(process.argv[5]), [which, of], untilMs, report => process.send(report));
	process.disconnect();
`;

const seconds = Number(readArgument('--seconds') ?? Number.NaN);
const only = readArgument('--only');
const chosen = readArgument('--setting') ?? '';
const settings = chooseSettings(chosen);
const startedAtMs = Date.now();
const endMs = Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : startedAtMs + seconds * 1000;

await lead();

function readArgument(name: string): string | undefined {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : process.argv[at + 1];
}

async function lead(): Promise<void> {
	const sums = new Map<string, {points: number; totals: Totals}>();
	const take = (label: string, scenario: string, totals: Totals, problems: readonly string[]) => {
		const sum = sums.get(label) ?? {points: 0, totals: noTotals};
		sums.set(label, {points: sum.points + 1, totals: addTotals(sum.totals, totals)});
		for (const problem of problems) process.stdout.write(`OFF ${label}: ${scenario}\n    ${problem}\n`);
	};

	const count = only === 'real' ? 0 : workers;
	const script = await bundleScript(worker);
	const exits = await Promise.all(Array.from({length: count}, (_, which) => runWorker(script, which, take)));
	if (only !== 'real') for (const {label} of settings) say(`in-process ${label}`, sums);
	if (only !== 'in-process' && Date.now() < endMs) {
		const {runReal} = await import('./run-real.ts');
		await runReal(
			{settings: settings.filter(({isInProcessOnly}) => !isInProcessOnly), endMs, randomMs},
			take,
		);
	}
	for (const label of sums.keys()) if (label.startsWith('real')) say(label, sums);

	const all = [...sums.values()].reduce((total, {totals}) => addTotals(total, totals), noTotals);
	process.stdout.write(`${Math.round((Date.now() - startedAtMs) / 1000)} s\n${showTotals(all)}\n`);
	process.exitCode = isClean(all) && exits.every(exit => exit === 0) ? 0 : 1;
}

function say(label: string, sums: ReadonlyMap<string, {points: number; totals: Totals}>): void {
	const {points = 0, totals = noTotals} = sums.get(label) ?? {};
	process.stdout.write(`${label}: ${points} projects, ${totals.kills} points killed\n`);
}

type Take = (label: string, scenario: string, totals: Totals, problems: readonly string[]) => void;

function runWorker(script: string, which: number, take: Take): Promise<number | null> {
	const child = fork(script, [which, workers, endMs, chosen].map(String), {execArgv: []});
	child.on('message', message => {
		const {setting, scenario, outcome} = message as Report;
		take(`in-process ${setting}`, scenario, outcome.totals, outcome.problems);
	});
	return new Promise(resolve => child.once('exit', code => resolve(code)));
}
