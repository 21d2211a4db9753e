import {buildReport, listResources, siteUrl} from '../core/build-report.ts';
import {exitCodes, Failure} from '../core/errors.ts';
import type {CommandContext} from '../core/workshop.ts';
import {createStop} from '../run/create-stop.ts';
import {findPlanTraps} from '../run/find-plan-traps.ts';
import {explainMissing, gatherAfterSurvey, gatherFor} from '../run/gather-for.ts';
import {listExisting} from '../run/list-existing.ts';
import {makeTools, refuseConflicts, rememberAccount, sayPutAside} from '../run/make-tools.ts';
import {preflight, requireWritableProject} from '../run/preflight.ts';
import {preparePlan} from '../run/prepare-plan.ts';
import {runPlan} from '../run/run-plan.ts';
import {defaultWaitMs, judgeProof} from '../run/run-verify.ts';
import {readGivenFiles} from './read-given-files.ts';

/** The whole way without asking anybody: for scripts, pipes and CI. */
export async function runSetup(context: CommandContext): Promise<number> {
	const {host, options, lists} = context;
	const given = await readGivenFiles(context);
	const workshop = await context.openWorkshop('write');
	const stop = createStop();
	const unlisten = context.interrupts.onInterrupt(signal => stop.interrupt(signal));
	try {
		sayPutAside(context, workshop);
		await requireWritableProject(workshop);
		const start = await preflight(workshop, lists, options.profile, () => undefined);
		const from = {host, options, given};
		const first = await gatherFor(workshop, lists, start, from);
		for (const note of first.notes) context.say(note);
		const {situation, open, notes} =
			first.open.length > 0
				? {...first, notes: []}
				: await gatherAfterSurvey(workshop, lists, first.situation, from);
		for (const note of notes) context.say(note);
		const [missing] = open;
		if (missing) {
			const {event, failure} = explainMissing(missing, situation, host.argv);
			context.emit(event);
			throw failure;
		}

		const plan = await preparePlan(workshop, lists, situation, options);
		const {files} = await (await context.openFolder()).read();
		for (const trap of findPlanTraps(lists.traps, plan.context, files)) context.say(trap);
		refuseConflicts(plan, workshop);
		rememberAccount(workshop, situation.email, plan);
		const startedAtMs = workshop.readers.clock.now();
		const tools = makeTools(workshop, stop);
		const run = runPlan(plan, lists.checks, tools, options.waitMs ?? defaultWaitMs);
		try {
			let next = await run.next();
			while (!next.done) {
				context.emit(next.value);
				next = await run.next();
			}

			const proof = next.value;
			const exit = exitCodes[stop.soft.aborted ? stop.by() : judgeProof(proof)];
			const seconds = Math.round((workshop.readers.clock.now() - startedAtMs) / 1000);
			const report = buildReport(plan.context, proof, seconds);
			for (const line of [
				report.headline,
				...report.records.map(({recordType, name, value}) => `record needed: ${name} ${recordType} ${value}`),
				...report.notes,
				...report.next.map(command => `next: ${command}`),
			])
				context.say(line);
			context.emit({
				type: 'finished',
				exit,
				url: siteUrl(plan.context),
				resources: listResources(plan.context, proof),
			});
			return exit;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			throw error.withExisting(await listExisting(workshop.readers, plan.context));
		}
	} finally {
		unlisten();
		stop.dispose();
		await workshop.close();
	}
}
