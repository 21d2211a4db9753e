import {Failure} from '../core/errors/failure.ts';
import type {ForeignPrefix} from '../core/questions/question.ts';
import type {Readers} from '../core/readers.ts';
import type {RunJournal} from '../core/run/ports.ts';
import {type PrefixContent, sayPrefixContent} from '../core/storage/prefix.ts';

type Found = {
	readonly place: string;
	readonly content: PrefixContent;
	readonly app: string | undefined;
};

/** What the prefix holds and this project did not put there, or `undefined`. Reads only. */
export async function findForeign(
	{place, content, app}: Found,
	{readers, journal}: {readonly readers: Pick<Readers, 'fly'>; readonly journal: RunJournal},
): Promise<ForeignPrefix | undefined> {
	if (content === 'nothing' || journal.read().replica === place) return undefined;
	if (app !== undefined && (await hasReplica(app, readers))) return undefined;
	return {place, holds: sayPrefixContent(content)};
}

/** The app runs and was told of a replica, though the journal does not know it; another place is refused as a move. */
async function hasReplica(app: string, {fly}: Pick<Readers, 'fly'>): Promise<boolean> {
	const status = await fly.status(app);
	if (!status?.Deployed) return false;
	return (await fly.listSecrets(app)).some(({name}) => /^(?:LITESTREAM_|BUCKET_NAME$)/.test(name));
}

/** For a run that cannot ask. */
export const refuseForeign = ({place, holds}: ForeignPrefix): Failure =>
	new Failure(
		'prefix-in-use',
		'input-needed',
		`${place} holds ${holds}, and nobody said what to do with it.`,
		{
			hint: 'Give --restore to fill the new app from it, or another prefix: --prefix PATH. Nothing was changed.',
			questionId: 'prefix',
		},
	);
