import {cpSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import type {World} from '../../source/rehearsal/world/world.ts';
import {type Judged, judgeDoctor, listPlaces} from './judge-doctor.ts';
import {findHarm, readTexts} from './judge-fix.ts';
import {findUnreplicated} from './judge-image.ts';
import {copyProject, type Project} from './open-project.ts';
import {type Rehearsed, rehearseProject} from './rehearse-project.ts';
import {type Ended, type Event, runProgram} from './run-program.ts';

export type Verdict = 'protected' | 'unprotected' | 'refused' | 'without database' | 'crashed';

export type Row = {
	readonly verdict: Verdict;
	readonly why: string;
	readonly answers: readonly string[];
	readonly seconds: number;
	readonly doctor: Judged;
	readonly hints: number;
	/** What `doctor --fix` did that it must not do. */
	readonly harm: readonly string[];
};

/** Tries one project in a temporary folder. @returns Why it was skipped, or its row. */
export async function tryProject(
	project: Project,
	{from, cli, hasDatabase}: {from: string; cli: string; hasDatabase: boolean},
): Promise<string | Row> {
	const temporary = mkdtempSync(join(tmpdir(), 'phxfly-apps-'));
	try {
		const fresh = join(temporary, 'fresh');
		const skipped = copyProject(project, from, fresh);
		if (skipped !== undefined) return skipped;
		const [folder, fixed] = ['set-up', 'fixed'].map(name => {
			cpSync(fresh, join(temporary, name), {recursive: true, verbatimSymlinks: true});
			return join(temporary, name, dirname(project.flyToml));
		}) as [string, string];
		const [home, doctorHome] = ['home', 'doctor'].map(name => {
			mkdirSync(join(temporary, name));
			return join(temporary, name);
		}) as [string, string];

		const started = performance.now();
		const rehearsed = await rehearseProject({cli, folder, home});
		// The copy may lack files that no fact is read from.
		if (rehearsed.copy) cpSync(rehearsed.copy, folder, {recursive: true});
		const {verdict, why} = judge(rehearsed, folder, basename(project.flyToml), hasDatabase);

		const program = {cli, folder: fixed, home: doctorHome};
		const doctor = await runProgram(program, ['doctor', '--json']);
		const before = readTexts(fixed);
		const fix = await runProgram(program, ['doctor', '--fix', '--yes']);
		const again = await runProgram(program, ['doctor', '--json']);
		const crash = [doctor, fix, again].find(each => each.crash !== undefined)?.crash;
		return {
			verdict: crash === undefined ? verdict : 'crashed',
			why: crash === undefined ? why : `doctor: ${crash}`,
			answers: rehearsed.answers,
			seconds: (performance.now() - started) / 1000,
			doctor: judgeDoctor(project.name, listPlaces(doctor.events)),
			hints: doctor.events.filter(({type, status}) => type === 'check-changed' && isHint(status)).length,
			harm: [
				...findHarm(before, readTexts(fixed)),
				...listNew(doctor, again).map(text => `new after --fix: ${text}`),
			],
		};
	} finally {
		rmSync(temporary, {recursive: true, force: true});
	}
}

const isHint = (status = ''): boolean => status !== 'wrong' && status !== 'could-not-tell';

/** Lists what was found only after the fix, whatever its line is. */
function listNew(before: Ended, after: Ended): readonly string[] {
	const list = ({events}: Ended) =>
		events
			.filter(({type, status}) => type === 'check-changed' && !isHint(status))
			.map(({id, detail = ''}: Event) => `${id} ${detail.replace(/:\d+:/, ':')}`);
	const old = new Set(list(before));
	return list(after).filter(text => !old.has(text));
}

/** Judges by the account and the image alone, never by what phxfly says of itself. */
function judge(
	{ended, world, copy}: Rehearsed,
	folder: string,
	flyToml: string,
	hasDatabase: boolean,
): {verdict: Verdict; why: string} {
	if (ended.crash !== undefined) return {verdict: 'crashed', why: ended.crash};
	const failed = ended.events.find(({type}) => type === 'failed');
	const open = ended.events.find(({type}) => type === 'input-needed');
	const changes = (world?.calls ?? []).filter(({mutates}) => mutates).length;
	if (changes === 0) {
		if (failed) return {verdict: 'refused', why: `${failed.code}: ${failed.message} ${failed.hint}`};
		return {
			verdict: 'crashed',
			why: open ? `no answer fits: ${open.message}` : `exit ${ended.exit}, no change`,
		};
	}

	const state = describeReplica(world, copy === undefined ? 'no copy' : findUnreplicated(folder, flyToml));
	const ending = failed ? `; ${failed.code}: ${failed.message}` : '';
	const wrong = ended.events
		.filter(({type, status}) => type === 'check-changed' && status === 'wrong')
		.map(({id, detail}) => `; check ${id}: ${detail}`);
	if (hasDatabase || (world?.buckets.length ?? 0) > 0) {
		const isProtected = state.why === undefined && !failed;
		return {
			verdict: isProtected ? 'protected' : 'unprotected',
			why: `${state.bytes} bytes replicated${state.why ? `, ${state.why}` : ''}${ending}${wrong.join('')}`,
		};
	}

	if (failed) return {verdict: 'crashed', why: `after ${changes} changes: ${failed.code}: ${failed.message}`};
	return {verdict: 'without database', why: `exit ${ended.exit}${wrong.join('')}`};
}

function describeReplica(world: World | undefined, unreplicated: string | undefined) {
	const bytes = (world?.objects ?? []).reduce((sum, {size}) => sum + size, 0);
	return {bytes, why: unreplicated ?? (bytes === 0 ? 'the bucket is empty' : undefined)};
}
