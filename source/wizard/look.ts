import type {LookingItem, UserAction} from '../core/session/session.ts';
import type {Controller} from './controller.ts';

type Looked<Value> =
	| {readonly is: 'done'; readonly value: Value}
	| {readonly is: 'left'; readonly action: UserAction};

const leaving: readonly UserAction['type'][] = ['went-back', 'quit', 'interrupted'];

/**
Waits for reads, unless the person leaves. A slow network must not hold anyone.

@param read - Gets a signal that aborts when the person leaves.
*/
export async function lookUntilLeft<Value>(
	controller: Controller,
	read: (signal: AbortSignal) => Promise<Value>,
): Promise<Looked<Value>> {
	const end = new AbortController();
	let forget = () => {};
	const left = new Promise<undefined>(resolve => {
		forget = controller.onAction(({type}) => {
			if (leaving.includes(type)) resolve(undefined);
		});
	});
	try {
		const done = read(end.signal).then(value => ({is: 'done', value}) as const);
		return (await Promise.race([done, left])) ?? {is: 'left', action: await controller.next(leaving)};
	} finally {
		forget();
		end.abort();
	}
}

/** Shows the one thing that phxfly looks at. */
export function showLooking(controller: Controller, label: string, detail = ''): void {
	const item: LookingItem = {label, state: 'busy', detail, startedAtMs: controller.now()};
	controller.show({kind: 'looking', items: [item], canStop: true});
}
