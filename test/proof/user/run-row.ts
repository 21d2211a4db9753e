import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import type {ProtectedApp} from '../../helpers/protected-app.ts';
import {type Answer, ask, type Outcome} from '../case.ts';
import {openScene, type Scene} from '../scene.ts';
import {normalise} from './normalise.ts';
import type {Program, Said} from './program.ts';
import type {Row} from './rows.ts';

/** What the user's commands said about one fault, and what their next commands did. */
export type Found = {
	readonly title: string;
	readonly version: string;
	readonly verify: Told;
	/** `undefined` in a short run. */
	readonly drill: Told | undefined;
	readonly setup: Told | undefined;
	/** The commands that phxfly named, as they were carried out, and what `verify` said after each round. */
	readonly carriedOut: readonly string[];
	/** What they cannot heal. */
	readonly left: string | undefined;
	/** What a comparison of every row said before and after. */
	readonly before: string;
	readonly after: string;
};

export type Told = {
	readonly exit: number;
	readonly status: string;
	readonly detail: string;
	readonly hint: string;
};

export type RowResult = {
	readonly found: Found;
	readonly seconds: number;
	readonly isFalselyProved: boolean;
	readonly isFalselyWrong: boolean;
	/** Why the row is not as it must be. */
	readonly problems: readonly string[];
};

type Asked = {readonly verify: Said; readonly drill: Said | undefined; readonly setup: Said | undefined};

export type RowRun = {readonly row: Row; readonly version: string; readonly litestream: string};

const mostRounds = 4;

/**
Brings a fault about, asks `verify`, `drill`, and `setup`, and carries out what `verify` names next until it says `proved`.

@param isShort - Asks `verify` only.
*/
export async function runRow(
	{row, version, litestream}: RowRun,
	program: Program,
	{isShort = false} = {},
): Promise<RowResult> {
	const startedMs = Date.now();
	const {settings = '', sabotage} = row;
	const scene = await openScene({litestream, version, settings, sabotage, port: program.port});
	const asked: Asked[] = [];
	const serve = (app: ProtectedApp) =>
		program.serve({
			app,
			entrypoint: row.isForeign ? 'foreign' : 'ours',
			machine: scene.machine(app, {hasEntrypoint: !row.isForeign}),
			extend: () => spawnSync('mount', ['-o', 'remount,size=60m', join(scene.app.folder, 'data')]),
		});
	const seen: Scene = {
		...scene,
		async start(...given) {
			await scene.start(...given);
			scene.sql(...migrated);
		},
		async prove(app = scene.app) {
			serve(app);
			const verify = await program.ask(['verify']);
			const drill = isShort ? undefined : await program.ask(['drill']);
			const setup = isShort ? undefined : await program.ask(['setup', '--yes']);
			asked.push({verify, drill, setup});
			return toAnswer(verify);
		},
	};
	try {
		const outcomes: readonly Outcome[] = (await row.run(seen)) ?? [await ask(seen)];
		const [first] = asked;
		if (!first) throw new Error('The row asked nothing.');
		const [{truth, answer}] = outcomes as [Outcome];
		const again = () => program.ask(['verify']);
		const {carriedOut, last} = await carryOut({row, scene, program, serve, again}, first.verify);
		scene.app.pause(true);
		const isOver = last.status === 'proved' || row.left !== undefined;
		if (isOver) await scene.settle();
		const after = isOver ? await scene.truth() : undefined;
		const tell = (said: Said) => normalise(said, scene, program);
		const found: Found = {
			title: row.title,
			version,
			verify: tell(first.verify),
			drill: first.drill && tell(first.drill),
			setup: first.setup && tell(first.setup),
			carriedOut: carriedOut.map(line => tell({...last, detail: line}).detail),
			left: row.left,
			before: truth ?? 'not compared',
			after: after ?? 'not compared',
		};
		const isFalselyProved =
			(answer === 'proved' && truth !== undefined && truth !== 'equal') ||
			(last.status === 'proved' && after !== 'equal');
		const isFalselyWrong = row.isHealthy === true && asked.some(each => each.verify.status === 'wrong');
		return {
			found,
			seconds: (Date.now() - startedMs) / 1000,
			isFalselyProved,
			isFalselyWrong,
			problems: [
				...listProblems(row, scene, answer, first, last),
				...(isFalselyProved ? ['falsely proved'] : []),
			],
		};
	} finally {
		program.serve(undefined);
		await scene.close();
	}
}

/** The sample's own, so that the check of the migrations has something to read. */
const migrated = [
	'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, inserted_at TEXT)',
	"INSERT OR IGNORE INTO schema_migrations VALUES (20260114093000, '2026-01-14')",
];

function toAnswer({status, detail}: Said): Answer {
	const [cause = ''] = detail.split(':');
	return status === 'proved' ? 'proved' : `${status} ${cause}`;
}

type Healing = {
	readonly row: Row;
	readonly scene: Scene;
	readonly program: Program;
	readonly serve: (app: ProtectedApp) => void;
	readonly again: () => Promise<Said>;
};

/** Carries out the next commands, until `verify` says `proved` or names nothing new. */
async function carryOut(healing: Healing, first: Said): Promise<{carriedOut: string[]; last: Said}> {
	const {row, scene, program, serve, again} = healing;
	const carriedOut: string[] = [];
	let last = first;
	const tried = new Set<string>();
	for (let round = 0; round < mostRounds && last.status !== 'proved'; round++) {
		if (round === 0) {
			serve(scene.app);
			await row.person?.(scene, program);
			if (row.does) carriedOut.push(`(${row.does})`);
			scene.app.pause(false);
		}

		const choices = listChoices(last.hint);
		const cause = toAnswer(last);
		const choice = choices.find(commands => !tried.has(`${cause}${commands.join()}`)) ?? ['phxfly verify'];
		tried.add(`${cause}${choice.join()}`);
		for (const command of choice) {
			const said = await carry(command, healing);
			carriedOut.push(said === undefined ? command : `${command} (${said})`);
		}

		if (row.left) break;
		last = await settled(again);
		carriedOut.push(`→ ${toAnswer(last)}`);
	}

	return {carriedOut, last};
}

/** Litestream may need a moment after a restart: a person would ask again, too. */
async function settled(again: () => Promise<Said>): Promise<Said> {
	const said = await again();
	return said.status === 'not-yet' || said.status === 'could-not-tell' ? again() : said;
}

const commandForm =
	/\bfly(?: (?:machine|volumes|snapshots|secrets|logs|list|restart|exec|extend|create|deploy|set|-a|--size|--stage|VOLUME|GB|'[^']+'|[A-Z_]+=\S*[\w/]|[\w-]*\d[\w-]*))+|\bphxfly(?: (?:verify|drill)\b| restore --to FILE| --prefix [\w-]+)?/g;

/** Reads the commands out of a hint: alternatives in order, each with the commands one after another. */
export const listChoices = (hint: string): readonly (readonly string[])[] =>
	hint.split(/\. Else /).map(part => part.match(commandForm) ?? []);

async function carry(command: string, {row, scene, program}: Healing): Promise<string | undefined> {
	const [name = '', ...words] = (command.match(/'[^']+'|\S+/g) ?? []).map(word => word.replaceAll("'", ''));
	if (name === 'phxfly') {
		const isSetup = words[0] === undefined || words[0].startsWith('--');
		const file = join(scene.app.folder, `restored-${Date.now()}.db`);
		const asked = isSetup ? ['setup', '--yes', ...words] : words.map(word => word.replace('FILE', file));
		const said = await program.ask(asked, row.environment?.(scene));
		return `exit ${toExit(said)}`;
	}

	const filled = words.map(word => word.replace('VOLUME', program.volumeId).replace('GB', '2'));
	const isLog = words[0] === 'logs';
	const isChange = words[1] === 'extend';
	await program.fly([...filled, ...(isLog ? ['--no-tail'] : []), ...(isChange ? ['--yes'] : [])]);
	return undefined;
}

/** The exit code if every other check is `proved`: the site of a rehearsal cannot be reached from a test. */
export const toExit = ({exit = 1, status, others}: Said): number =>
	status === 'proved' && others.length > 0 ? 0 : exit;

/** What a test cannot bring about: the site of a rehearsal is only there in a rehearsal. */
const others = (said: Said): readonly string[] =>
	said.others.filter(each => !/^(?:site|live-view) /.test(each));

function listProblems(
	row: Row,
	{is05}: Scene,
	answer: Answer,
	{verify, drill, setup}: Asked,
	last: Said,
): readonly string[] {
	const [first = '', second] = row.right;
	const accepted = (typeof first === 'string' ? row.right : is05 ? first : second) as readonly Answer[];
	const expected = verify.status === 'wrong' ? 1 : 3;
	return [
		...(accepted.includes(answer) ? [] : [`${answer} is not among ${accepted.join(', ')}`]),
		...(verify.exit === expected || (verify.status === 'proved' && verify.exit === 0)
			? []
			: [`verify ended with ${verify.exit}`]),
		// Without a live database that is replicated, a drill checks the copy alone.
		...(verify.status === 'wrong' && drill?.detail.includes('equal to the database')
			? ['drill says proved']
			: []),
		...(setup?.exit === 0 && verify.status === 'wrong' ? ['setup ended with 0'] : []),
		...(verify.status !== 'proved' && verify.hint === '' ? ['no next command'] : []),
		...(verify.status === 'proved' && others(verify).length > 0
			? [`not proved either: ${others(verify)}`]
			: []),
		...(last.status === 'proved' || row.left ? [] : [`not healed: ${toAnswer(last)}`]),
	];
}
