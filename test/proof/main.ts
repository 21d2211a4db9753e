import {measureCosts} from './costs.ts';
import {type Judged, listRuns, proofCases, runCase} from './run-case.ts';
import {runUserCampaign} from './user/campaign.ts';

/**
 * `npm run test:proof -- --costs`: what a check costs, of databases of 1, 100, and 500 MB.
 *
 * `npm run test:proof [-- --only PART --version 0.5.17 --jobs N --details --sabotage SED]`: every case with both releases of Litestream, each answer
 * judged by a comparison of every row.
 *
 * `npm run test:proof -- --user [--write --only PART --version 0.5.17 --jobs N --details]`: what `verify`, `drill`, and `setup` say of each
 * fault, and what their next commands do. `--write` records it for docs/replica-faults.md, with `--missing` only rows that are not recorded.
 */
const readArgument = (name: string): string | undefined => {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : process.argv[at + 1];
};

const part = readArgument('--only') ?? '';
const version = readArgument('--version') ?? '';
const hasDetails = process.argv.includes('--details');

if (process.argv.includes('--costs')) {
	const isProved = await measureCosts(line => process.stdout.write(`${line}\n`), version);
	process.exit(isProved ? 0 : 1);
}

if (process.argv.includes('--user')) await leadUser();
await lead();

async function leadUser(): Promise<void> {
	const jobs = Number(readArgument('--jobs') ?? 2);
	const isWriting = process.argv.includes('--write');
	const isMissing = process.argv.includes('--missing');
	const options = {only: part, version, jobs, hasDetails, isWriting, isMissing};
	const {results, failed} = await runUserCampaign(options);
	const count = (fits: (result: (typeof results)[number]) => boolean) => results.filter(fits).length;
	const right = count(({problems}) => problems.length === 0);
	process.stdout.write(
		`rows ${results.length + failed}, right ${right}, false proved ${count(each => each.isFalselyProved)}, false wrong ${count(each => each.isFalselyWrong)}, differ from the record ${count(each => each.differs.length > 0)}, healed ${count(({found}) => found.verify.status !== 'proved' && found.after === 'equal')}\n`,
	);
	process.exit(right === results.length + failed ? 0 : 1);
}

async function lead(): Promise<void> {
	const runs = listRuns(proofCases.filter(({name, group}) => name.includes(part) || group === part)).filter(
		run => run.version.startsWith(version),
	);
	const all: Judged[] = [];
	const waiting = [...runs];
	const work = async () => {
		for (let run = waiting.shift(); run; run = waiting.shift()) {
			try {
				for (const judged of await runCase(run, readArgument('--sabotage'))) {
					all.push(judged);
					process.stdout.write(`${describe(judged)}\n`);
				}
			} catch (error) {
				all.push(fail(run.each.name, run.version));
				process.stdout.write(
					`OFF ${run.version} ${run.each.name}: ${(error as Error).message.slice(0, 600)}\n`,
				);
			}
		}
	};
	await Promise.all(Array.from({length: Number(readArgument('--jobs') ?? 2)}, work));
	const count = (fits: (judged: Judged) => boolean) => all.filter(fits).length;
	const right = count(({isRight}) => isRight);
	const falselyProved = count(judged => judged.isFalselyProved);
	const falselyWrong = count(judged => judged.isFalselyWrong);
	const unknown = count(({outcome}) => outcome.answer.startsWith('could-not-tell'));
	process.stdout.write(
		`cases ${all.length}, right ${right}, false proved ${falselyProved}, false wrong ${falselyWrong}, could not tell ${unknown}\n`,
	);
	// A storage that never responds still waits.
	process.exit(right === all.length ? 0 : 1);
}

function describe({isRight, version: of, name, outcome, seconds, healedBy, detail, hint}: Judged): string {
	const truth = outcome.truth ? ` [${outcome.truth}]` : '';
	const line = `${isRight ? 'ok ' : 'OFF'} ${of} ${name}: ${outcome.answer}${truth}${healedBy ? `, healed by ${healedBy}` : ''} (${seconds.toFixed(1)} s)`;
	return hasDetails || !isRight ? `${line}\n      ${detail}\n      ${hint}` : line;
}

function fail(name: string, of: string): Judged {
	return {
		name,
		version: of,
		outcome: {answer: 'failed', truth: undefined},
		seconds: 0,
		isRight: false,
		isFalselyProved: false,
		isFalselyWrong: false,
		healedBy: undefined,
		detail: '',
		hint: '',
	};
}
