import type {Kept} from './cost.ts';
import type {PlannedLitestream} from './litestream.ts';

/** What Litestream does where nothing is written, in both versions. */
const usualHours = 24;

/**
Returns how many copies of the database the storage holds at most. Litestream 0.5 keeps the snapshots of litestream.yml, and each change
at three levels as long as them; 0.3 ignores those settings, and what it can restore shrinks with each new snapshot.

@returns `undefined` without a litestream.yml.
*/
export function findKept({version, config}: PlannedLitestream): Kept | undefined {
	if (!config) return undefined;
	if (isOld(version)) return {days: undefined, snapshots: 2, changes: 1};
	const {interval, retention} = config.snapshot;
	const every = readHours(interval) ?? usualHours;
	const kept = readHours(retention) ?? usualHours;
	const days = Math.floor(kept / 24);
	return {
		days: version === undefined || days === 0 ? undefined : days,
		// The next one is there before the oldest is removed.
		snapshots: Math.ceil(kept / every) + 1,
		changes: 3,
	};
}

/** Says that a week cannot be restored, where the image has a Litestream that does not keep one. */
export const warnOfRetention = ({version, config}: PlannedLitestream): readonly string[] =>
	config && isOld(version)
		? [
				`Litestream ${version} restores at most the last day, and less after each snapshot. With 0.5, the snapshots of litestream.yml are kept as long as it says.`,
			]
		: [];

const isOld = (version: string | undefined): boolean => version?.startsWith('0.3.') === true;

/** Reads a duration as Go writes it, `168h` or `1h30m`; `undefined` for anything else, and for none. */
function readHours(text: string | undefined): number | undefined {
	const [, hours = '0', minutes = '0', seconds = '0'] =
		/^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text ?? '') ?? [];
	const sum = Number(hours) + Number(minutes) / 60 + Number(seconds) / 3600;
	return sum > 0 ? sum : undefined;
}
