import type {Cli, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import {buildReport, listResources, siteUrl} from '../core/verify/report.ts';
import {listExisting} from '../engine/inventory.ts';
import {runPlan} from '../engine/run.ts';
import type {createStop} from '../engine/stop.ts';
import {defaultWaitMs, toExit} from '../engine/verify.ts';
import {makeTools} from '../setup/prepare.ts';

/**
Runs a plan where nobody watches a screen: every event to the face, then the report.

@returns The exit code of what was proved. @throws {Failure} The first one in plan order, with what exists now.
*/
export async function runUnattended(
	context: Cli,
	project: Project,
	plan: Plan,
	stop: ReturnType<typeof createStop>,
): Promise<number> {
	const {options, lists, emit, say} = context;
	const {clock} = project.readers;
	const startedAtMs = clock.now();
	const waitMs = options.waitMs ?? defaultWaitMs;
	try {
		const proof = await runPlan(plan, lists.checks, makeTools(project, stop), waitMs, emit);
		const exit = exitCodes[stop.graceful.aborted ? stop.reason() : toExit(proof)];
		const report = buildReport(plan.context, proof, Math.round((clock.now() - startedAtMs) / 1000));
		for (const line of [
			report.headline,
			...report.records.map(({recordType, name, value}) => `record needed: ${name} ${recordType} ${value}`),
			...report.notes,
			...report.next.map(command => `next: ${command}`),
		])
			say(line);
		emit({
			type: 'finished',
			exit,
			url: siteUrl(plan.context),
			resources: listResources(plan.context, proof),
		});
		return exit;
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		throw error.withExisting(await listExisting(project.readers, plan.context));
	}
}
