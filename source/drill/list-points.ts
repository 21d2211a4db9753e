import {Failure} from '../core/errors/failure.ts';
import {type RestorePoints, readSegmentPoints, readTransactionPoints} from '../core/restore/points.ts';
import {type RestoreTarget, runList} from './drill.ts';

/**
Lists what the replica can be restored to.

@throws {Failure} `replica-empty` (exit 1), `replica-not-listed` (exit 3), or as `runList`.
*/
export async function listPoints(target: RestoreTarget): Promise<RestorePoints> {
	const {is05, version} = target.litestream;
	const found = is05
		? readTransactionPoints(await runList(target, ['ltx', '-level', 'all', '-json']))
		: readSegmentPoints(await runList(target, ['snapshots']), await runList(target, ['wal']));
	if (found) return found;
	// Here, 0.3 does not see what 0.5 wrote.
	if (!is05 && target.where === 'here' && (await findObjects03(target)) !== true) throw unseen(version);
	if (!is05 || (await findObjects03(target)) === false) {
		throw new Failure('replica-empty', 'The bucket has no replica of this database.', {
			hint: 'Run phxfly verify to see why.',
		});
	}

	throw new Failure(
		'replica-not-listed',
		`Litestream ${version} lists no restore points. It does not list those of Litestream 0.3.`,
		{
			hint: 'If the machine runs Litestream 0.3, install 0.3.13 here. phxfly pull restores the newest with any version from 0.5.17.',
		},
	);
}

/** Returns whether the bucket has objects of Litestream 0.3; `undefined` where this computer lacks the keys, or the storage does not say. */
async function findObjects03({storage}: RestoreTarget): Promise<boolean | undefined> {
	const prefix = [storage?.target.prefix, 'generations'].filter(Boolean).join('/');
	const listed = storage && (await storage.store.list({...storage.target, prefix}));
	return listed?.is === 'ok' ? listed.keys.length > 0 : undefined;
}

const unseen = (version: string): Failure =>
	new Failure('replica-not-listed', `Litestream ${version} finds no replica of this database.`, {
		hint: 'It does not see what Litestream 0.5 writes: install litestream 0.5.17 or newer here, then run it again.',
	});
