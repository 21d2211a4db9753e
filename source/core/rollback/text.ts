import {type Plan, showAction, warnOfRestart} from '../plan/plan.ts';
import type {History, PastRelease} from './history.ts';

/** Writes a moment as `2026-11-28 10:20`, in UTC. */
const showTime = (ms: number) =>
	Number.isNaN(ms) ? 'unknown time' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** Writes the tag of an image, which is all that differs between releases of an app. */
const showImage = (image: string) => image.split('/').at(-1)?.split(':').at(-1) ?? image;

/** Says what ran after a release, in a few words. */
export function describeSince({since}: Pick<PastRelease, 'since'>): string {
	if (since === undefined) return 'migrations since then unknown';
	if (since.length === 0) return 'no migration since then';
	return `${since.length} ${since.length === 1 ? 'migration' : 'migrations'} since then: ${since.join(', ')}`;
}

/** Describes a release in one line without its number. */
export function describeRelease(release: PastRelease, isCurrent: boolean): string {
	const {status, createdAtMs, image, commit} = release;
	return [
		`${showTime(createdAtMs)} UTC`,
		isCurrent ? `${status}, the current one` : status,
		`image ${showImage(image)}`,
		...(commit === undefined ? [] : [`commit ${commit}`]),
		...(isCurrent ? [] : [describeSince(release)]),
	].join(', ');
}

/** Writes the list for people. Ends with a newline. */
export function writeHistory(history: History): string {
	const {app, releases, current, unknown} = history;
	if (releases.length === 0) return `${app} has no releases.\n`;
	const rows = releases.map(
		release =>
			`${String(release.version).padStart(4)}  ${describeRelease(release, release.version === current)}`,
	);
	return [
		`Releases of ${app}, newest first:`,
		'',
		...rows,
		'',
		...(unknown === undefined ? [] : [`Migrations could not be read: ${unknown}.`, '']),
		'To go back to the image of one: phxfly rollback N',
		'',
	].join('\n');
}

/** Writes what a rollback does, before anything is changed. Ends with a newline. */
export function writeRollbackPlan(
	{plan, history, target, undo, differences}: RollbackPlan,
	isRehearsal: boolean,
): string {
	const {context, steps} = plan;
	const actions = steps.flatMap(step => step.actions);
	const current = history.releases.find(({version}) => version === history.current);
	const lines = [
		`Rollback of ${context.app} to release ${target.version}`,
		'',
		...(current ? [`  now        release ${current.version}, ${describeRelease(current, true)}`] : []),
		`  back to    ${describeRelease(target, false)}`,
		`  image      ${target.image}`,
		'  stays      database, volume, secrets, and domain: all as they are now',
		`  ${context.flyTomlPath.padEnd(10)} ${
			differences.length === 0
				? 'as released'
				: `is deployed as it is here, and differs: ${differences.join(', ')}`
		}`,
		...(undo === undefined ? [] : [`  undo       ${writeUndo(undo, isRehearsal)}`]),
		'',
		...(actions.length === 0
			? ['The app runs this image already. Only the checks run.']
			: actions.map(action => `  ${showAction(action)}`)),
		...warnOfRestart(plan),
	];
	return `${lines.join('\n')}\n`;
}

/** What a rollback does, and what it needs to say about it. */
export type RollbackPlan = {
	readonly plan: Plan;
	readonly history: History;
	readonly target: PastRelease;
	/** The newest complete release of another image. */
	readonly undo: number | undefined;
	/** Keys of fly.toml that differ from what is released: the deploy ships them too. */
	readonly differences: readonly string[];
};

export const writeUndo = (version: number, isRehearsal: boolean) =>
	`phxfly rollback ${version}${isRehearsal ? ' --rehearse' : ''}`;
