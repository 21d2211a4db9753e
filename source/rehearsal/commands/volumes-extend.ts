import type {Command} from '../arguments/invocation.ts';
import {confirm} from '../confirm.ts';
import {findVolume} from '../find-volume.ts';
import {formatVolume, formatVolumeCard} from '../output/format-volume.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {formatRequestId} from '../world/make.ts';

/** Grows a volume: `3`, `3gb` or `+1`. */
export const volumesExtend: Command = function* (context) {
	const {flags, args, app} = context;
	const before = yield* look(world => findVolume(world, args[0], app));
	if (flags.string('size') === '') throw new FlyError('Volume size must be specified');
	const [, plus, digits] = /^(\+?)(\d+)\s*(?:gb?)?$/i.exec(flags.string('size')) ?? [];
	if (digits === undefined) throw new FlyError('invalid size');
	const sizeGb = Number(digits) + (plus === '+' ? before.size_gb : 0);
	if (!(yield* confirm(context, `Extend volume ${before.id} to ${sizeGb} GB?`))) return 0;
	yield* wait(1_000);
	const volume = yield* change(world => {
		const found = findVolume(world, args[0], app);
		if (sizeGb <= found.size_gb) {
			throw new FlyError(
				`failed to extend volume: volume can only grow, it has ${found.size_gb} GB ${formatRequestId()}`,
			);
		}
		found.size_gb = sizeGb;
		return found;
	});
	if (wantsJson(context)) yield* printJson(context, formatVolume(volume));
	else {
		yield* print(formatVolumeCard(volume));
		yield* print('Your VM got its volume extended without needing a restart');
	}
	return 0;
};
