import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {litestreams} from '../../helpers/litestream.ts';
import {openProgram} from './program.ts';
import {rows} from './rows.ts';
import {type Found, type RowResult, type RowRun, runRow} from './run-row.ts';

type Options = {
	readonly only: string;
	readonly version: string;
	readonly jobs: number;
	readonly hasDetails: boolean;
	/** Writes each result into the record. */
	readonly isWriting: boolean;
	/** Leaves out what the record has. */
	readonly isMissing: boolean;
};

const path = fileURLToPath(new URL('record.json', import.meta.url));

export const readRecord = (): readonly Found[] =>
	existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly Found[]) : [];

/** Puts a row in its place. Another campaign may write meanwhile. */
function writeRecord(found: Found): void {
	const isOther = ({title, version}: Found) => title !== found.title || version !== found.version;
	const place = ({title, version}: Found) =>
		`${String(rows.findIndex(row => row.title === title) + 100)} ${version}`;
	const all = [...readRecord().filter(isOther), found].sort((a, b) => (place(a) < place(b) ? -1 : 1));
	const known = all.filter(({title}) => rows.some(row => row.title === title));
	writeFileSync(`${path}.new`, `${JSON.stringify(known, undefined, '\t')}\n`);
	renameSync(`${path}.new`, path);
}

export const listRowRuns = (isWanted: (row: RowRun['row']) => boolean): readonly RowRun[] =>
	rows
		.filter(isWanted)
		.flatMap(row =>
			litestreams
				.filter(({version, path}) => path !== undefined && (!row.only || version.startsWith(row.only)))
				.map(({version, path}) => ({row, version, litestream: path ?? ''})),
		);

/** Runs every row with both releases, by the user's own commands. @returns Each result, and how many could not be run. */
export async function runUserCampaign({
	only,
	version,
	jobs,
	hasDetails,
	isWriting,
	isMissing,
}: Options): Promise<{
	results: readonly (RowResult & {readonly differs: readonly string[]})[];
	failed: number;
}> {
	const isKnown = (run: RowRun) =>
		readRecord().some(found => found.title === run.row.title && found.version === run.version);
	const waiting = listRowRuns(({title}) => title.includes(only))
		.filter(run => run.version.startsWith(version))
		.filter(run => !isMissing || !isKnown(run));
	const results: (RowResult & {readonly differs: readonly string[]})[] = [];
	let failed = 0;
	const work = async () => {
		const program = await openProgram();
		for (let run = waiting.shift(); run; run = waiting.shift()) {
			try {
				const result = await runRow(run, program);
				const differs = isWriting ? [] : listDifferences(result.found);
				results.push({...result, differs});
				if (isWriting) writeRecord(result.found);
				process.stdout.write(`${[describe(result, hasDetails), ...differs].join('\n    differs: ')}\n`);
			} catch (error) {
				failed++;
				process.stdout.write(
					`OFF ${run.version} ${run.row.title}: ${(error as Error).message.slice(0, 800)}\n`,
				);
			}
		}

		await program.close();
	};
	const workers = [];
	for (let job = 0; job < jobs; job++) workers.push(work());
	await Promise.all(workers);
	return {results, failed};
}

/** Lists the commands that say something else than the record has. */
export function listDifferences(found: Found): readonly string[] {
	const known = readRecord().find(({title, version}) => title === found.title && version === found.version);
	if (!known) return ['the record does not have this row'];
	return (['verify', 'drill', 'setup'] as const).flatMap(name => {
		const [is, was] = [found[name], known[name]].map(told => JSON.stringify(told));
		return is === was || is === undefined ? [] : [`${name} said ${was}, and now ${is}`];
	});
}

function describe({found, problems, seconds}: RowResult, hasDetails: boolean): string {
	const {title, version, verify, drill, setup, carriedOut, before, after} = found;
	const line = `${problems.length === 0 ? 'ok ' : 'OFF'} ${version} ${title}: ${verify.status} [${before}] → [${after}] (${seconds.toFixed(0)} s)`;
	if (!hasDetails && problems.length === 0) return line;
	return [
		line,
		...problems.map(problem => `    ! ${problem}`),
		...Object.entries({verify, drill, setup}).map(
			([name, told]) => `    ${name} ${told?.exit} ${told?.status}: ${told?.detail}\n        ${told?.hint}`,
		),
		...carriedOut.map(each => `    > ${each}`),
	].join('\n');
}
