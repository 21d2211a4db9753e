import {isProposal} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {Screen, Session, SessionState, UserAction} from '../core/session/session.ts';

/** The program's side of a session: shows screens, and waits for what the person does. */
export type Controller = Session & {
	show(screen: Screen): void;
	update(change: (state: SessionState) => SessionState): void;
	/** Waits for the next action of one of these types, or of any. Drops actions meant for an earlier screen. */
	next(types?: readonly UserAction['type'][]): Promise<UserAction>;
	/** Calls back at once for every action, for what cannot wait for `next`, such as an interrupt. */
	onAction(listener: (action: UserAction) => void): () => void;
	/**
	Gives the terminal to another program while `use` runs, then draws the session again. Ctrl-C is that program's.

	@param use - Gets a signal that aborts when phxfly has to end.
	*/
	lendTerminal<Result>(use: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
};

/**
Draws a screen, lets `work` drive it, and closes it whatever happens. Turns an interrupt of the process into an action.

@param now - The run's clock for waits and durations.
*/
export async function withScreen<Result>(
	{host}: Pick<Cli, 'host'>,
	draw: NonNullable<Cli['person']>['draw'],
	start: SessionState,
	now: () => number,
	work: (controller: Controller) => Promise<Result>,
): Promise<Result> {
	const program = openController(start, now);
	const drawing = await draw(program);
	const unlisten = host.onSignal(() => program.dispatch({type: 'interrupted'}));
	const controller: Controller = {
		...program,
		async lendTerminal(use) {
			const ending = new AbortController();
			const takeBack = [host.ignoreInterrupts(), host.onSignal(() => ending.abort())];
			try {
				await drawing.suspend();
				return await use(ending.signal);
			} finally {
				for (const take of takeBack) take();
				drawing.resume();
			}
		},
	};
	try {
		return await work(controller);
	} catch (error) {
		// The error says why it ends, so the last screen does not add that you quit.
		const {kind} = program.getState().screen;
		if (kind === 'looking' || kind === 'question' || kind === 'review')
			program.show({kind: 'left', text: ''});
		throw error;
	} finally {
		unlisten();
		await drawing.close();
	}
}

function openController(start: SessionState, now: () => number): Omit<Controller, 'lendTerminal'> {
	let state = start;
	const subscribers = new Set<() => void>();
	const listeners = new Set<(action: UserAction) => void>();
	const queue: UserAction[] = [];
	let wake: () => void = () => undefined;
	const update: Controller['update'] = change => {
		state = change(state);
		for (const subscriber of subscribers) subscriber();
	};

	return {
		getState: () => state,
		subscribe(listener) {
			subscribers.add(listener);
			return () => subscribers.delete(listener);
		},
		dispatch(action) {
			for (const listener of listeners) listener(action);
			queue.push(action);
			wake();
		},
		now,
		update,
		show: screen => update(current => ({...current, screen})),
		async next(types) {
			while (true) {
				const action = queue.shift();
				if (action && (types?.includes(action.type) ?? true)) return action;
				if (action) continue;
				await new Promise<void>(resolve => {
					wake = resolve;
				});
			}
		},
		onAction(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/** Saves every answer the person gave, so that the wizard asks nothing twice. */
export function rememberAnswers(
	{journal}: Project,
	controller: Controller,
	{answers}: Pick<AnswerState, 'answers'>,
): void {
	journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...answers]
				.filter(([, {origin}]) => !isProposal(origin))
				.map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	controller.update(state => ({...state, app: answers.get('app')?.value}));
}
