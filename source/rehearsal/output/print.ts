import type {Context} from '../arguments/invocation.ts';
import {type Flow, print} from '../world/effects.ts';
import {formatJson} from './format-json.ts';
import {marks} from './marks.ts';

/** Lines that come before the JSON unless LOG_LEVEL=error, and for `machine list` even then. */
export function* printJson(context: Context, value: unknown): Flow<void> {
	if (hasNoise(context))
		yield* print(`${marks.warn} failed to refresh the cached token: context deadline exceeded`);
	yield* print(formatJson(value));
}

/** True if the caller wants JSON; FLY_JSON=1 counts where the command shares flyctl's own setting. */
export function wantsJson({flags, env, spec}: Context): boolean {
	if (!flags.knows('json')) return false;
	return flags.bool('json') || (spec.name !== 'scale show' && /^(?:1|ok|t|true)$/i.test(env.FLY_JSON ?? ''));
}

function hasNoise({env, spec}: Context): boolean {
	if (spec.name === 'machine list') return true;
	return (
		env.LOG_LEVEL !== 'error' && ['status', 'volumes list', 'secrets list', 'ips list'].includes(spec.name)
	);
}
