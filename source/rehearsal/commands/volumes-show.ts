import type {Command} from '../arguments/invocation.ts';
import {findVolume} from '../find-volume.ts';
import {formatVolume, formatVolumeCard} from '../output/format-volume.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';

export const volumesShow: Command = function* (context) {
	const volume = yield* look(world => findVolume(world, context.args[0], context.app));
	if (wantsJson(context)) yield* printJson(context, formatVolume(volume));
	else yield* print(formatVolumeCard(volume));
	return 0;
};
