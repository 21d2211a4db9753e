import type {Rule} from '../../core/doctor/rule.ts';
import {findLitestreamSetup, type SetupFault} from '../../core/litestream/own-setup.ts';

/** What other rules report, with its fix. */
const reportedElsewhere: ReadonlySet<SetupFault['what']> = new Set(['other-database']);

const reportedOfEntrypoint: ReadonlySet<SetupFault['what']> = new Set([
	'no-exec',
	'no-restore',
	'restore-fails',
]);

export const litestreamStart: Rule = {
	id: 'litestream-start',
	title: 'The image starts Litestream in a way that loses data',
	why: 'Litestream must restore before the app starts, stop the boot when it cannot, read its own file, and get the signal that stops the machine.',

	check({files, dockerfile, entrypoint, flyToml}) {
		if (!dockerfile) return [];
		const environment = new Map(
			Object.entries(flyToml?.config.env ?? {}).map(([name, value]) => [name, String(value)]),
		);
		const databasePath = environment.get('DATABASE_PATH');
		const setup = findLitestreamSetup({files, dockerfile, databasePath, environment});
		if (setup.is !== 'unsound') return [];
		const place = entrypoint?.path ?? dockerfile.path;
		return setup.faults
			.filter(({what}) => !reportedElsewhere.has(what))
			.filter(({what, path}) => path !== place || !isReported(what, entrypoint !== undefined))
			.map(({path, line, message, fix}) => ({status: 'wrong', path, line, message, fix}));
	},
};

/** entrypoint-no-exec reads scripts only; entrypoint-no-restore reads what a Dockerfile starts as well. */
const isReported = (what: SetupFault['what'], isScript: boolean): boolean =>
	reportedOfEntrypoint.has(what) && (isScript || what !== 'no-exec');
