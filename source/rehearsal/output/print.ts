import type {Context} from '../arguments/invocation.ts';
import {type Flow, print} from '../world/effects.ts';

/** flyctl's tables: ` NAME │ ORG ` and a row each. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = head.map((title, column) =>
		Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)),
	);
	const format = (cells: readonly string[]) =>
		` ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' │ ')} \n`;
	return [format(head), ...rows.map(format)].join('');
}

/** The same as a vertical list: a title in bold, then ` Name │ value ` lines. */
export function formatCard(title: string, fields: readonly (readonly [string, string])[]): string {
	const left = Math.max(...fields.map(([name]) => name.length));
	const right = Math.max(...fields.map(([, value]) => value.length));
	const lines = fields.map(([name, value]) => ` ${name.padEnd(left)} │ ${value.padEnd(right)} \n`);
	return `\u001B[1m${title}\u001B[0m\n${lines.join('')}\n`;
}

/** JSON as Go's encoder writes it: four spaces, `<`, `>` and `&` escaped. */
function formatJson(value: unknown, indent = 4): string {
	return JSON.stringify(value, undefined, indent).replaceAll(
		/[<>&]/g,
		character => `\\u00${character.charCodeAt(0).toString(16)}`,
	);
}

const csi = '\u001B[';

/** The words that flyctl colors even on a pipe. */
export const marks = {
	ok: `${csi}32m✓${csi}0m`,
	bad: `${csi}31m✘${csi}0m`,
	warn: `${csi}33mWARN${csi}0m`,
	info: `${csi}2mINFO${csi}0m`,
} as const;

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
