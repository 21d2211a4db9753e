import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describeRules} from './judge-doctor.ts';
import {type JudgedFacts, judgeFacts} from './judge-facts.ts';
import {copyProject, type Project} from './open-project.ts';
import {type Facts, readFacts} from './read-facts.ts';
import {type Row, tryProject, type Verdict} from './try-project.ts';

/**
 * `npm run test:apps [-- --from FOLDER] [--only WORD] [--program dist/cli.js]`: plans, rehearses, and examines public projects
 * with the built program. `projects.json` names them; none of their contents is here. Without a folder it takes
 * `PHXFLY_APPS`, else `.apps`. To fetch one: `git clone https://github.com/OWNER/NAME .apps/OWNER+NAME`.
 * `--projects FILE` takes another list of the same form.
 *
 * `npm run test:apps -- --facts [FILE]`: compares the facts that phxfly reads from these projects with `facts.json`, which a
 * person filled in; with a file, those that another reader wrote there, in the same form.
 *
 * A row says what became of the app. `protected` and `unprotected` come from the bucket in the rehearsal's world and from the
 * final image, read without phxfly's own code. An app that phxfly sets up without a bucket, since it has no database,
 * counts as `without database`. A run that ends after a change to the account, without a replica, is `unprotected`.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = <Value>(name: string): Value =>
	JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Value;

const from = absolute(readArgument('--from') ?? process.env.PHXFLY_APPS ?? join(root, '.apps'));
const only = readArgument('--only') ?? '';
if (process.argv.includes('--facts')) {
	showFacts(judgeFacts(read<Record<string, Facts>>('facts.json'), await collectFacts()));
	process.exit();
}

const given = readArgument('--program');
if (given === undefined) {
	execFileSync(process.execPath, ['build.mjs'], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
}

const cli = absolute(given ?? join(root, 'dist/cli.js'));
const rows: Row[] = [];
for (const project of readProjects().filter(({name}) => name.includes(only))) {
	const families = read<Record<string, {family?: string}>>('facts.json');
	const hasDatabase = families[project.name]?.family === 'sqlite';
	const row = await tryProject(project, {from, cli, hasDatabase});
	if (typeof row === 'string') say(`skipped: ${row}`);
	else {
		rows.push(row);
		show(project, row);
	}
}

const count = (verdict: Verdict) => rows.filter(row => row.verdict === verdict).length;
const sum = (list: (row: Row) => readonly string[]) =>
	rows.reduce((total, row) => total + list(row).length, 0);
const [right, wrong, missed, unjudged] = [
	sum(({doctor}) => doctor.right),
	sum(({doctor}) => doctor.wrong),
	sum(({doctor}) => doctor.missed),
	sum(({doctor}) => doctor.unjudged),
];
const harm = sum(row => row.harm);
for (const line of describeRules(rows.map(({doctor}) => doctor))) say(line);
if (unjudged > 0) say(`${unjudged} findings are in no table: read them, and add them to findings.json`);
say(
	`--fix: ${harm} changes that it must not make, in ${rows.filter(row => row.harm.length > 0).length} apps`,
);
say(
	[
		`apps ${rows.length}, protected ${count('protected')}, refused with reason ${count('refused')}`,
		`without database ${count('without database')}, unprotected ${count('unprotected')}`,
		`crashed ${count('crashed')}, doctor right ${right}, wrong ${wrong}, missed ${missed}`,
	].join(', '),
);
const isBad = count('unprotected') + count('crashed') + wrong + harm > 0;
process.exitCode = isBad ? 1 : 0;

function show({name, flyToml}: Project, row: Row): void {
	const {verdict, why, seconds, doctor, hints, answers} = row;
	const counts = `doctor ${doctor.right.length} right, ${doctor.wrong.length} wrong, ${doctor.missed.length} missed, ${hints} hints`;
	const fix = row.harm.length === 0 ? 'fix clean' : `fix ${row.harm.length} harmful`;
	const place = flyToml === 'fly.toml' ? name : `${name} (${flyToml})`;
	say(`${place}: ${verdict} (${shorten(why)}) | ${counts} | ${fix} | ${seconds.toFixed(1)} s`);
	if (process.argv.includes('--details')) {
		const list = (label: string, texts: readonly string[]) => {
			for (const text of texts) say(`    ${label}: ${text}`);
		};
		list('answer', answers);
		list('wrong', doctor.wrong);
		list('missed', doctor.missed);
		list('not judged', doctor.unjudged);
	}

	for (const text of row.harm) say(`    fix: ${shorten(text)}`);
}

/** Reads each project at its commit, from a copy. */
async function collectFacts(): Promise<Readonly<Record<string, Facts>>> {
	const other = readArgument('--facts');
	if (other?.endsWith('.json')) return JSON.parse(readFileSync(absolute(other), 'utf8'));
	const found: Record<string, Facts> = {};
	for (const project of readProjects().filter(({name}) => name.includes(only))) {
		const copy = mkdtempSync(join(tmpdir(), 'phxfly-facts-'));
		try {
			const skipped = copyProject(project, from, copy);
			// An app may lie below a folder that has a fly.toml of another program.
			const folder = existsSync(join(copy, 'mix.exs')) ? copy : join(copy, dirname(project.flyToml));
			const facts = skipped === undefined ? await readFacts(folder) : undefined;
			if (facts) found[project.name] = facts;
			else say(`skipped: ${skipped ?? `${project.name} is refused`}`);
		} finally {
			rmSync(copy, {recursive: true, force: true});
		}
	}

	return found;
}

function showFacts({tallies, differences}: JudgedFacts): void {
	say('| fact | right / wrong / could not tell |');
	say('|---|---|');
	for (const {fact, right, wrong, untold} of tallies) say(`| ${fact} | ${right} / ${wrong} / ${untold} |`);
	for (const difference of differences) say(`    ${difference}`);
	if (tallies.some(({wrong}) => wrong > 0)) process.exitCode = 1;
}

function readProjects(): readonly Project[] {
	const list = readArgument('--projects');
	if (list === undefined) return read<Project[]>('projects.json');
	return JSON.parse(readFileSync(absolute(list), 'utf8')) as Project[];
}

function readArgument(name: string): string | undefined {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : process.argv[at + 1];
}

function absolute(path: string): string {
	return isAbsolute(path) ? path : join(process.cwd(), path);
}

function shorten(text: string): string {
	const line = text.replaceAll(/\s+/g, ' ');
	return line.length > 260 ? `${line.slice(0, 259)}…` : line;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
