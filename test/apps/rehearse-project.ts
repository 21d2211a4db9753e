import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {World} from '../../source/rehearsal/world/world.ts';
import {type Ended, type Event, type Program, runProgram} from './run-program.ts';

export type Rehearsed = {
	readonly ended: Ended;
	/** The flags and names of variables that answered the questions. */
	readonly answers: readonly string[];
	readonly world: World | undefined;
	/** The project's copy that the rehearsal changed. */
	readonly copy: string | undefined;
};

type Answers = {readonly flags: readonly string[]; readonly variables: Readonly<Record<string, string>>};

/** No project has more open questions than this. */
const mostRounds = 60;

/** Asks for the plan until no answer is missing, then rehearses it to its end. */
export async function rehearseProject(program: Program): Promise<Rehearsed> {
	const world = join(program.home, 'world.json');
	const place = ['--rehearse', '--json', '--speed', '2000', '--world', world, '--state-dir', program.home];
	let answers: Answers = {flags: [], variables: {}};
	let ended: Ended | undefined;
	for (let round = 0; round < mostRounds; round++) {
		ended = await runProgram(program, ['plan', ...place, ...answers.flags], answers.variables);
		const more = ended.crash === undefined ? addAnswer(ended.events, answers) : undefined;
		if (more === undefined) break;
		answers = more;
	}

	if (ended?.exit === 0) {
		const args = [...place, ...answers.flags, '--yes', '--wait', '0s'];
		ended = await runProgram(program, args, answers.variables);
	}

	if (!ended) throw new Error('No plan was asked for.');
	const stateFolder = readdirSync(program.home).find(name => name.startsWith('rehearsal-'));
	const copy = stateFolder && join(program.home, stateFolder, 'project');
	return {
		ended,
		answers: [...answers.flags, ...Object.keys(answers.variables)],
		world: existsSync(world) ? (JSON.parse(readFileSync(world, 'utf8')) as World) : undefined,
		copy: copy && existsSync(copy) ? copy : undefined,
	};
}

/** Answers where only the person knows; everything else is the first valid value, or a made-up secret. */
const usual: Readonly<Record<string, readonly string[]>> = {
	org: ['--org', 'personal'],
	domain: ['--domain', 'none'],
	'mail-key': ['--no-mail'],
	storage: ['--storage', 'tigris'],
	region: ['--region', 'ams'],
	app: ['--app', 'app-of-a-rehearsal'],
};

const made = (name: string) =>
	name === 'RESEND_API_KEY'
		? 're_madeUpForARehearsal123'
		: `made-up-value-of-${name.toLowerCase().replaceAll('_', '-')}`;

/** Returns the answers with one more: to the question that is open, or as the hint of a refusal says. */
function addAnswer(events: readonly Event[], {flags, variables}: Answers): Answers | undefined {
	const open = events.find(({type}) => type === 'input-needed');
	const failed = events.find(({type}) => type === 'failed');
	const [, variable] = /\bSet ([A-Z][A-Z\d_]*) in the environment/.exec(
		`${open?.message} ${failed?.hint}`,
	) ?? [undefined, undefined];
	if (variable !== undefined && !(variable in variables)) {
		return {flags, variables: {...variables, [variable]: made(variable)}};
	}

	if (open?.question !== undefined) {
		const value = open.values?.find(each => each !== 'none') ?? made(open.question);
		const more = usual[open.question] ?? (open.flag ? [open.flag, value] : undefined);
		return more && !isGiven(flags, more) ? {flags: [...flags, ...more], variables} : undefined;
	}

	// A person follows the hint: `--prefix PATH` names the value that fits a litestream.yml.
	const hint = failed?.code === 'answer-refused' ? '' : (failed?.hint ?? '');
	const more = [
		...hint.matchAll(/(--(?:prefix|bucket|endpoint|storage|storage-region|region)) ([\w./:{}$-]*[\w}])/g),
	].flatMap(([, flag = '', value = '']) => (/^[A-Z]+$/.test(value) ? [] : [[flag, value]]));
	const [next] = more.filter(each => !isGiven(flags, each));
	return next && {flags: [...withoutFlag(flags, next[0]), ...next], variables};
}

const isGiven = (flags: readonly string[], [flag, value]: readonly string[]): boolean =>
	flags.some((each, at) => each === flag && (value === undefined || flags[at + 1] === value));

const withoutFlag = (flags: readonly string[], flag: string | undefined): readonly string[] =>
	flags.filter((each, at) => each !== flag && flags[at - 1] !== flag);
