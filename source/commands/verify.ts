import {buildReport, listResources, siteUrl} from '../core/build-report.ts';
import {type ExitName, exitCodes} from '../core/errors.ts';
import type {PlanContext} from '../core/plan-context.ts';
import type {Command, CommandContext} from '../core/workshop.ts';
import {createStop} from '../run/create-stop.ts';
import {gatherContext} from '../run/gather-context.ts';
import {defaultWaitMs, judgeProof, type Proof, runVerify} from '../run/run-verify.ts';
import {readGivenFiles} from './read-given-files.ts';

/** Proves what is set up, and changes nothing. */
export const verify: Command = {
	async run(context) {
		const {options, lists, interrupts, emit} = context;
		const given = await readGivenFiles(context);
		const workshop = await context.openWorkshop('read');
		const stop = createStop();
		const unlisten = interrupts.onInterrupt(signal => stop.interrupt(signal));
		try {
			const plan = await gatherContext(context, workshop, given);
			const waitMs = options.waitMs ?? (context.draw ? 0 : defaultWaitMs);
			const run = runVerify(lists.checks, plan, workshop.readers, {waitMs, signal: stop.soft});
			let next = await run.next();
			while (!next.done) {
				emit(next.value);
				next = await run.next();
			}

			const proof = next.value;
			const verdict = judgeProof(proof);
			const exit = exitCodes[stop.soft.aborted ? stop.by() : verdict];
			report(context, plan, proof, verdict);
			emit({type: 'finished', exit, url: siteUrl(plan), resources: listResources(plan, proof)});
			return exit;
		} finally {
			unlisten();
			stop.dispose();
			await workshop.close();
		}
	},
};

function report({say}: CommandContext, plan: PlanContext, proof: Proof, verdict: ExitName): void {
	const {notes} = buildReport(plan, proof, 0);
	const headline =
		verdict === 'done'
			? `${plan.app}: everything is proved.`
			: verdict === 'failed'
				? `${plan.app}: something is wrong.`
				: `${plan.app}: not everything is proved.`;
	for (const line of [headline, ...(verdict === 'done' ? [] : notes)]) say(line);
}
