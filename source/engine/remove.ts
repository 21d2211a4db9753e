import {type RemovalEntry, removalKinds} from '../core/inventory/removal.ts';
import type {Evidence, JournalState} from '../core/journal.ts';
import type {Finding, Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';
import type {RunTools} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {runSteps} from './run.ts';

type App = {readonly app: string};

/** What is gone must be seen so twice, unless this run took it away: an incident at Fly looks the same. Milliseconds. */
const secondLookMs = 3000;

/**
Takes the entries away, one kind after the other, each as a step of its own: look, act, look, with an intent on disk
before every call. What is gone is forgotten at once, so that a run that is killed goes on with the rest.

@throws {Failure} The first one; what stands after it is left as it is.
*/
export async function* removeEntries(
	entries: readonly RemovalEntry[],
	makers: readonly Step[],
	plan: App,
	tools: RunTools,
): AsyncGenerator<PhxflyEvent, void> {
	const steps: Step<App>[] = [];
	for (const {kind, stepId, title} of removalKinds) {
		const own = entries.filter(entry => entry.kind === kind);
		const maker = makers.find(({id}) => id === stepId);
		if (maker && own.length > 0)
			steps.push(makeRemoval({id: `remove-${kind}`, title, needs: steps.map(({id}) => id)}, maker, own));
	}

	for await (const event of runSteps(steps, plan, tools)) {
		if (event.type === 'step-changed' && (event.status === 'done' || event.status === 'already-done')) {
			const kind = removalKinds.find(each => event.id === `remove-${each.kind}`);
			if (kind) tools.journal.change(state => forget(state, kind.stepId, event.id));
		}

		yield event;
	}
}

function makeRemoval(
	{id, title, needs}: Pick<Step, 'id' | 'title' | 'needs'>,
	maker: Step,
	entries: readonly RemovalEntry[],
): Step<App> {
	const listLeft = async (readers: Readers) => {
		const left = await Promise.all(
			entries.map(async entry => ((await maker.isLeft?.(entry, readers)) ? [entry.id] : [])),
		);
		return left.flat();
	};
	const judge = (missing: readonly string[]): Finding =>
		missing.length === 0 ? {is: 'there', id: 'gone'} : {is: 'partial', missing};
	return {
		...{id, title, needs, locks: [], usualSeconds: [1, 5]},
		isNeeded: () => true,
		async look(_, readers, evidence: Evidence) {
			const left = await listLeft(readers);
			if (left.length > 0 || evidence.hasActed(id)) return judge(left);
			await readers.clock.sleep(secondLookMs);
			return judge(await listLeft(readers));
		},
		actions: (_, finding) =>
			entries
				.filter(entry => finding.is === 'partial' && finding.missing.includes(entry.id))
				.flatMap(entry => maker.remove?.(entry) ?? []),
	};
}

function forget(state: JournalState, stepId: string, removalId: string): JournalState {
	const without = <T>(map: Readonly<Record<string, T>>) =>
		Object.fromEntries(Object.entries(map).filter(([key]) => key !== stepId && key !== removalId));
	return {
		...state,
		ids: without(state.ids),
		made: state.made.filter(step => step !== stepId),
		things: without(state.things ?? {}),
	};
}
