import {fork} from 'node:child_process';
import {availableParallelism} from 'node:os';
import {bundleScript} from '../helpers/bundle-script.ts';
import type {Result} from './search.ts';
import {addResult, noTotals, showDefects, showTotals} from './totals.ts';

/**
 * `npm run test:ownership [-- --histories N] [-- --seconds N] [-- --seed N]`: plays random histories of accounts, each made
 * from its own seed. Ends after so many histories or seconds. `--seed 4711 --histories 1` plays one again.
 */
const workers = Math.min(4, availableParallelism());

/** Starts a process for a share of the seeds. It runs a bundle, since loading the sources one by one takes seconds. */
const worker = `
	import {playSeeds} from './test/ownership/play-seeds.ts';
	const [seed, count, which, of, untilMs] = process.argv.slice(2).map(Number);
	await playSeeds({seed, count, which, of, untilMs}, result => process.send(result));
	process.disconnect();
`;

const startedAtMs = Date.now();
const seed = readNumber('--seed') ?? 1;
const seconds = readNumber('--seconds') ?? Number.POSITIVE_INFINITY;
const count = readNumber('--histories') ?? (Number.isFinite(seconds) ? Number.POSITIVE_INFINITY : 2_000);

await lead();

function readNumber(name: string): number | undefined {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : Number(process.argv[at + 1]);
}

async function lead(): Promise<void> {
	const script = await bundleScript(worker);
	const results: Result[] = [];
	const untilMs = startedAtMs + seconds * 1000;
	const exits = await Promise.all(
		Array.from({length: Math.min(workers, count)}, (_, which) => {
			const child = fork(script, [seed, count, which, workers, untilMs].map(String), {execArgv: []});
			child.on('message', message => {
				const result = message as Result;
				results.push(result);
				if (result.kind !== undefined) process.stdout.write(`seed ${result.seed}: ${result.kind}\n`);
			});
			return new Promise<number | null>(resolve => child.once('exit', resolve));
		}),
	);
	const totals = results.reduce(addResult, noTotals);
	process.stdout.write(showDefects(results));
	process.stdout.write(`${Math.round((Date.now() - startedAtMs) / 1000)} s\n${showTotals(totals)}\n`);
	process.exitCode = totals.histories > 0 && totals.wrong === 0 && exits.every(exit => exit === 0) ? 0 : 1;
}
