import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {print} from '../world/effects.ts';
import {regions} from '../world/facts.ts';

export const platformRegions: Command = function* (context) {
	if (wantsJson(context)) yield* printJson(context, regions);
	else
		yield* print(
			formatTable(
				['CODE', 'NAME', 'GATEWAY'],
				regions.map(({code, name}) => [code, name, '✓']),
			),
		);
	return 0;
};
