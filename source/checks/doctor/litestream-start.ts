import {reportFault} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findChildStart} from '../../core/doctor/start.ts';
import type {SetupFault} from '../../core/protection/litestream-setup.ts';

/** What other rules report. */
const reportedElsewhere: ReadonlySet<SetupFault['what']> = new Set([
	'other-database',
	'no-restore',
	'restore-fails',
]);

export const litestreamStart: Rule = {
	id: 'litestream-start',
	title: 'The image starts Litestream in a way that loses data',
	why: 'Litestream must restore before the app starts, stop the boot when it cannot, read its own file, and get the signal that stops the machine.',

	check({litestreamSetup: setup, entrypoint}) {
		if (setup?.is !== 'unsound') return [];
		// entrypoint-no-exec reports this line.
		const child = findChildStart({entrypoint})?.line;
		return setup.faults
			.filter(({what}) => !reportedElsewhere.has(what))
			.filter(({what, path, line}) => what !== 'no-exec' || path !== entrypoint?.path || line !== child)
			.map(reportFault);
	},
};
