import {readAnswer, requireAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {isThere} from '../core/fly/output.ts';
import {findLackOfRoom, showBytes} from '../core/litestream/machine.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {readPlannedLitestream} from '../core/plan/litestream.ts';
import {litestreamVersion} from '../core/project/template.ts';
import type {PushedFile} from '../core/push/pushed-file.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {StoreTarget} from '../core/readers.ts';
import {
	type PrefixContent,
	readPrefixContent,
	sayPrefixContent,
	showLocation,
} from '../core/storage/prefix.ts';
import type {Provider} from '../core/storage/provider.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {failFor} from '../core/storage/verdict.ts';
import {quoteForShell} from '../core/text/text.ts';
import {confirmEmptyLists} from '../engine/confirm-lists.ts';
import {explainRefusal} from '../engine/storage.ts';
import {gather, rejectOpen} from './gather.ts';
import {requireProtection} from './protection.ts';
import {checkStorage, rejectTakenName} from './survey.ts';

/** Where a push goes, after every look that only reads. */
export type PushGoal = {
	readonly app: string;
	readonly org: string;
	readonly state: AnswerState;
	readonly provider: Provider;
	readonly target: StoreTarget;
	readonly place: string;
	/** The Litestream of the image, as `0.5.17`. */
	readonly litestream: string;
	/** An earlier run began to send this file there. */
	readonly isBegun: boolean;
	readonly content: PrefixContent;
};

/**
Gathers the answers that a push needs, and makes sure that app, volume, and prefix are empty. Changes nothing.

@throws {Failure} `input-needed` (exit 5) for a missing answer, `app-has-data`, `prefix-in-use`, `push-impossible`, `file-too-large`, or
as `checkStorage`.
*/
export async function preparePush(cli: Cli, project: Project, file: PushedFile): Promise<PushGoal> {
	const gathered = await gather(cli, project, 'listed');
	const {provider} = gathered;
	const open = gathered.open.filter(({id}) => neededAnswers(provider).includes(id));
	rejectOpen(cli, {...gathered, open}, 'keys-may');
	if (!provider) {
		throw new Failure('no-replica', 'This app has no replica to push to.', {
			hint: 'Only apps with a SQLite database on a volume have one.',
		});
	}

	rejectUnfit(cli, provider);
	requireVolumeRoom(gathered, file);
	const litestream = await findImageLitestream(project, gathered);
	const app = requireAnswer(gathered.answers, 'app');
	const org = requireAnswer(gathered.answers, 'org');
	project.journal.openSection(app, org);
	await requireNewApp(cli, project, gathered, app);
	const state = await checkStorage(project, gathered);
	const target = findStoreTarget(
		{...state, provider, storageSecrets: provider.secrets(state.answers)},
		state.secrets,
	);
	if (!target) throw lacksKeys();
	const place = showLocation(target);
	const begun = project.journal.section().push;
	const isBegun = begun?.place === place && begun.stamp === file.stamp;
	const goal = {app, org, state, provider, target, place, litestream, isBegun};
	const listed = await project.readers.store.list(target);
	if (listed.is !== 'ok') {
		const refusal = {task: 'list', answer: listed, target, provider} as const;
		throw failFor(await explainRefusal(refusal, project.readers.store), 'refused');
	}

	const content = readPrefixContent(listed.keys);
	if (project.journal.section().replica === place && content !== 'nothing') {
		throw new Failure(
			'prefix-in-use',
			`${place} already belongs to ${app}: an earlier push or setup filled it.`,
			{
				hint: 'To start the app with it: phxfly. For another file, use another prefix: --prefix PATH. Nothing was changed.',
			},
		);
	}

	requireOwnStart(goal, content);
	return {...goal, content, isBegun: isBegun && content !== 'nothing'};
}

/** Lists the questions whose answers decide where a push goes. */
export const neededAnswers = (provider: Provider | undefined): readonly string[] => [
	...['app', 'org', 'storage'],
	...(provider?.asks ?? []),
];

/** @throws {Failure} `prefix-in-use` (exit 5), unless the prefix has only what an earlier run of this push sent. */
export function requireOwnStart(
	{place, isBegun}: Pick<PushGoal, 'place' | 'isBegun'>,
	content: PrefixContent,
): void {
	if (content === 'nothing' || (isBegun && content !== 'other-objects')) return;
	throw new Failure('prefix-in-use', `${place} already contains ${sayPrefixContent(content)}.`, {
		hint: 'A push needs an empty prefix: --prefix PATH. To start the app with what is there: phxfly --restore. Nothing was changed.',
	});
}

/** @throws {Failure} `push-impossible` (exit 9) without the keys, or where phxfly makes the bucket with the app. */
function rejectUnfit({host: {environment}}: Cli, {bringsKeys, label}: Provider): void {
	if (!bringsKeys) {
		throw new Failure(
			'push-impossible',
			`The bucket at ${label} comes with the app, so there is none to push to yet.`,
			{
				hint: 'Use your own bucket with a key pair, such as --storage s3 --bucket NAME; your own Tigris bucket: --storage custom --endpoint https://fly.storage.tigris.dev --storage-region auto --bucket NAME. Nothing was changed.',
			},
		);
	}

	if (!environment.LITESTREAM_ACCESS_KEY_ID || !environment.LITESTREAM_SECRET_ACCESS_KEY) throw lacksKeys();
}

const lacksKeys = (): Failure =>
	new Failure('push-impossible', 'phxfly sends the file from here, so it needs the keys here.', {
		hint: 'Set LITESTREAM_ACCESS_KEY_ID and LITESTREAM_SECRET_ACCESS_KEY in the environment, then run it again. Nothing was changed.',
	});

const gigabyte = 1024 ** 3;

/** @throws {Failure} `file-too-large` (exit 9). */
function requireVolumeRoom({answers}: AnswerState, {bytes}: PushedFile): void {
	const sizeGb = Number(readAnswer(answers, 'volume-size') ?? '1');
	const room = {databaseBytes: bytes, freeBytes: sizeGb * gigabyte, memoryBytes: undefined};
	const lack = findLackOfRoom({...room, folder: 'the volume'});
	if (!lack) return;
	const enough = Math.ceil((bytes * 2) / gigabyte) + 1;
	throw new Failure('file-too-large', `The file has ${showBytes(bytes)}: ${lack}.`, {
		hint: `Pass a larger volume: --volume-size ${enough}. Nothing was changed.`,
	});
}

/** @throws {Failure} `push-impossible` where the version is unknown, or as `requireProtection`. */
async function findImageLitestream(project: Project, {profile, answers}: AnswerState): Promise<string> {
	const image = readAnswer(answers, 'image');
	const {files} = await requireProtection(project, profile, image);
	const {facts} = project;
	const planned = readPlannedLitestream({facts, files, image}).version;
	if (planned !== undefined) return planned;
	if (image === undefined && !facts.dockerfile) return litestreamVersion;
	throw new Failure(
		'push-impossible',
		'phxfly cannot tell which Litestream the image has, and another one may not see what is pushed.',
		{
			hint: `Name its version in the Dockerfile: COPY --from=litestream/litestream:${litestreamVersion} /usr/local/bin/litestream /usr/local/bin/litestream`,
		},
	);
}

/** @throws {Failure} `app-has-data` (exit 9), or `name-taken` (exit 2). */
async function requireNewApp(
	{registry}: Cli,
	project: Project,
	state: AnswerState,
	app: string,
): Promise<void> {
	const fly = confirmEmptyLists(project).fly;
	if (!(await fly.status(app))) {
		await rejectTakenName(project, state);
		return;
	}

	const machines = (await fly.listMachines(app)).filter(isThere).map(({id}) => `machine ${id}`);
	const releases = (await fly.listReleases(app)).map(({Version}) => `release ${Version}`);
	const makers = registry.steps.filter(({resource}) => resource?.kind === 'volume');
	const listed = makers.map(async ({id, resource}) => {
		const things = (await resource?.list(app, fly)) ?? [];
		// A volume that only a setup made, which was never attached, is empty.
		return things.filter(thing => !project.journalView.hasMade(id, thing)).map(thing => `volume ${thing.id}`);
	});
	const exists = [...machines, ...releases, ...(await Promise.all(listed)).flat()];
	if (exists.length === 0) return;
	throw new Failure(
		'app-has-data',
		`${app} may have data already: ${exists[0]}. A push only fills an app that was never deployed.`,
		{
			exists,
			hint: `Push into a new app: --app NAME --prefix NAME. To see the data of ${app}: phxfly pull. Nothing was changed.`,
		},
	);
}

/** Offers the database of development as the first data of an app that has none. Only looks for the file. */
export async function offerPush(
	{readers, journal, questions}: Project,
	{existing, provider, answers, facts}: PlanContext,
): Promise<readonly string[]> {
	const name = `${facts.appName}_dev.db`;
	const isFit = provider?.bringsKeys && !existing && journal.section().replica === undefined;
	if (!isFit || (await readers.files.mode(name)) === undefined) return [];
	const needed = neededAnswers(provider);
	const flags = questions.flatMap(({id, flag}) => {
		const value = needed.includes(id) ? readAnswer(answers, id) : undefined;
		return flag?.value === undefined || value === undefined ? [] : [flag.name, quoteForShell(value)];
	});
	return [
		`${name}: to start with its data, not with an empty database, first run: ${['phxfly push', name, ...flags].join(' ')}`,
	];
}
