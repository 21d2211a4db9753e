import {isProposal} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {Screen, Session, SessionState, UserAction} from '../core/session/session.ts';

/** The other side of a session: what commands put on the screen, and what the person does. */
export type Desk = {
	readonly session: Session;
	show(screen: Screen): void;
	update(change: (state: SessionState) => SessionState): void;
	/** The next thing the person does; intents are kept until they are asked for. */
	next(): Promise<UserAction>;
	/** Called at once for every intent, beside `next`; for what cannot wait, such as an interrupt. */
	onAction(listener: (action: UserAction) => void): () => void;
};

export function openDesk(start: SessionState, now: () => number): Desk {
	let state = start;
	const subscribers = new Set<() => void>();
	const listeners = new Set<(action: UserAction) => void>();
	const kept: UserAction[] = [];
	let wake: () => void = () => undefined;
	const update: Desk['update'] = change => {
		state = change(state);
		for (const subscriber of subscribers) subscriber();
	};

	return {
		update,
		show: screen => update(current => ({...current, screen})),
		async next() {
			while (true) {
				const action = kept.shift();
				if (action) return action;
				await new Promise<void>(resolve => {
					wake = resolve;
				});
			}
		},
		onAction(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		session: {
			getState: () => state,
			subscribe(listener) {
				subscribers.add(listener);
				return () => subscribers.delete(listener);
			},
			report(action) {
				for (const listener of listeners) listener(action);
				kept.push(action);
				wake();
			},
			now,
		},
	};
}

/** All that a wizard works with. */
export type Bench = {
	readonly context: Cli;
	readonly project: Project;
	readonly desk: Desk;
	readonly settled: ReadonlySet<string>;
	readonly notes: readonly string[];
};

/** The next thing the person does that is one of these; anything else was meant for a screen that is gone. */
export async function nextOf(desk: Desk, types: readonly UserAction['type'][]): Promise<UserAction> {
	while (true) {
		const action = await desk.next();
		if (types.includes(action.type)) return action;
	}
}

/** Keeps every answer somebody gave, so that nothing is asked twice. */
export function rememberAnswers({project, desk}: Bench, {answers}: AnswerState): void {
	project.journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...answers]
				.filter(([, {origin}]) => !isProposal(origin))
				.map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	desk.update(state => ({...state, app: answers.get('app')?.value}));
}
