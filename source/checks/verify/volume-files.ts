import type {Check} from '../../core/verify/check.ts';
import {notStarted, openStartedMachine} from './machine.ts';

/** Litestream streams one database. Uploads, or a second database, are lost with the volume. */
export const volumeFiles: Check = {
	id: 'volume-files',
	title: 'Every file on the volume is replicated',
	isNeeded: ({mount, provider}) => mount !== undefined && provider !== undefined,

	async check(plan, readers) {
		const {mount, databasePath} = plan;
		if (!databasePath)
			return {status: 'could-not-tell', detail: `DATABASE_PATH is not in ${plan.flyTomlPath}`};
		const shell = await openStartedMachine(plan, readers);
		if (!shell) return notStarted;
		const {exit_code, stdout, stderr} = await shell.run(['find', mount?.destination ?? '/', '-type', 'f']);
		if (exit_code !== 0 && stdout === '')
			return {status: 'could-not-tell', detail: `cannot list the files: ${stderr.trim()}`};

		const name = databasePath.split('/').at(-1) ?? '';
		const own = [databasePath, `${databasePath}-wal`, `${databasePath}-shm`];
		const others = stdout
			.split('\n')
			.filter(path => path !== '' && !own.includes(path))
			// Beside Litestream's own folder: whose state that is, and a folder that was moved aside.
			.filter(path => !path.includes(`/.${name}-litestream`) && !path.includes('/lost+found/'))
			.filter(path => !isOfRestore(path, databasePath));
		const [first] = others;
		if (first === undefined) return {status: 'proved', detail: 'only the database'};

		const more = others.length > 3 ? `, and ${others.length - 3} more` : '';
		return {
			status: 'could-not-tell',
			detail: `not replicated: ${others.slice(0, 3).join(', ')}${more}`,
			hint: 'keep uploads in object storage; until then, only volume snapshots include them',
		};
	},
};

/** Old databases that a restore of the running app kept, and its marker. */
const isOfRestore = (path: string, databasePath: string): boolean =>
	['.before-', '.restore'].some(end => path.startsWith(`${databasePath}${end}`));
