import {print} from '../effects.ts';
import type {Command} from '../invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../print-json.ts';
import {regions} from '../regions.ts';

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
