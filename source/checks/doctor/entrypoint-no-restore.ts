import {reportFault} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const entrypointNoRestore: Rule = {
	id: 'entrypoint-no-restore',
	title: 'Nothing restores an empty volume',
	why: 'After losing the volume, the app creates an empty database and replicates it over the old history. Your data is gone.',

	check({litestreamSetup: setup, entrypoint, dockerfile, usesLitestream}) {
		if (!usesLitestream || !dockerfile || !setup) return [];
		if (setup.is === 'none' || setup.is === 'unclear') {
			const {path} = entrypoint ?? dockerfile;
			const message = 'The image includes Litestream, but phxfly cannot see what starts it.';
			const fix = 'End the start script with: exec litestream replicate -exec "COMMAND"';
			return [{status: 'could-not-tell', path, message, fix}];
		}

		if (setup.is === 'sound') return [];
		return setup.faults
			.filter(({what}) => what === 'no-restore' || what === 'restore-fails')
			.map(reportFault);
	},
};
