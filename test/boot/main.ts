import {loadavg} from 'node:os';
import {litestreams} from '../helpers/litestream.ts';
import {killTimeoutSeconds, type Report, runCampaign} from './campaign.ts';

/**
 * `npm run test:boot [-- --rounds 40 --version 0.5.17]`: the entrypoint with both releases of Litestream. Kill -9, lose the volume, boot, for each
 * round; for each 40 rounds 12 kills in a restore and 6 in a first snapshot; then SIGTERM. Every row is compared.
 */
const readArgument = (name: string): string | undefined => {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : process.argv[at + 1];
};

const rounds = Number(readArgument('--rounds') ?? 40);
const chosen = readArgument('--version') ?? '';
const say = (line: string) => process.stdout.write(`${line}\n`);

await lead();

async function lead(): Promise<void> {
	const all: Report[] = [];
	for (const {version, path} of litestreams.filter(each => each.version.startsWith(chosen))) {
		if (path === undefined) {
			say(`${version} could not be fetched`);
			process.exitCode = 1;
			continue;
		}

		const report = await runCampaign({litestream: path, version, rounds, tell: say});
		all.push(report);
		say(`${version}: ${describe([report])}; load ${loadavg()[0]?.toFixed(1)}`);
	}

	say(describe(all));
	// A storage that never responds still waits.
	process.exit(process.exitCode ?? (all.some(({bad}) => bad.length > 0) || all.length === 0 ? 1 : 0));
}

function describe(reports: readonly Report[]): string {
	const lost = reports.flatMap(({lostSeconds}) => lostSeconds).sort((left, right) => left - right);
	const sum = (count: (report: Report) => number) =>
		reports.reduce((total, report) => total + count(report), 0);
	const show = (seconds: number | undefined) => (seconds ?? Number.NaN).toFixed(2);
	const hung = Math.max(...reports.flatMap(({hungSeconds}) => hungSeconds));
	return [
		`rounds ${lost.length}`,
		`lost min/median/max ${show(lost[0])}/${show(lost[lost.length >> 1])}/${show(lost.at(-1))} s`,
		`kills in a restore ${sum(({restoreKills}) => restoreKills)}`,
		`in a first snapshot ${sum(({snapshotKills}) => snapshotKills)}`,
		`rows lost at SIGTERM ${sum(({rowsLostAtStop}) => rowsLostAtStop)}`,
		`end with hanging storage ${hung.toFixed(1)} s of ${killTimeoutSeconds}`,
		`bad ${sum(({bad}) => bad.length)}`,
	].join(', ');
}
