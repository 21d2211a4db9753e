import * as v from 'valibot';

const text = v.string();

const texts = v.array(v.string());

const stepStatus = v.picklist(['waiting', 'looking', 'running', 'done', 'already-done', 'failed', 'skipped']);

const checkStatus = v.picklist([
	'waiting',
	'checking',
	'proved',
	'not-yet',
	'could-not-tell',
	'wrong',
	'hint',
	'skipped',
]);

const plannedAction = v.variant('kind', [
	v.object({
		kind: v.literal('fly'),
		argv: texts,
		reads: v.pipe(texts, v.description('Names of the secrets it reads from standard input.')),
		why: v.exactOptional(text),
	}),
	v.object({kind: v.literal('write-file'), path: text}),
	v.object({kind: v.literal('wait-for-lease'), machineId: text}),
	v.object({kind: v.literal('clear-lease'), machineId: text}),
]);

const plannedStep = v.object({
	id: text,
	title: text,
	needs: texts,
	plan: v.pipe(
		v.picklist(['makes', 'completes', 'takes-over', 'nothing', 'blocked']),
		v.description(
			'takes-over: adopts what this project did not create; nothing: everything exists; blocked: it cannot continue.',
		),
	),
	detail: v.pipe(text, v.description('Ids of what exists, names of what is missing, or why it is blocked.')),
	actions: v.array(plannedAction),
});

const dollars = v.pipe(v.number(), v.description('US dollars per month.'));

const cost = v.object({
	monthlyUsd: dollars,
	low: dollars,
	high: dollars,
	pricesOf: v.pipe(text, v.description('The date of the price table.')),
	isOutdated: v.boolean(),
	items: v.array(
		v.object({
			what: text,
			monthlyUsd: dollars,
			low: v.exactOptional(dollars),
			high: v.exactOptional(dollars),
		}),
	),
});

const planMade = v.object({
	type: v.literal('plan-made'),
	app: text,
	org: text,
	region: text,
	answers: v.pipe(
		v.array(v.object({id: text, value: text, origin: text})),
		v.description('By question; of a secret only that it was provided.'),
	),
	steps: v.array(plannedStep),
	files: texts,
	changes: v.array(
		v.object({
			path: text,
			isNew: v.boolean(),
			why: text,
			diff: v.pipe(text, v.description('Unified, for people.')),
		}),
	),
	cost,
	seconds: v.pipe(v.tuple([v.number(), v.number()]), v.description('How long it usually takes: from, to.')),
	notes: v.exactOptional(
		v.pipe(texts, v.description('What could not be told, and what doctor would report.')),
	),
	terms: v.exactOptional(
		v.pipe(v.object({title: text, url: text}), v.description('What you agree to by continuing.')),
	),
	blocked: v.exactOptional(
		v.pipe(
			v.object({code: text, message: text, hint: text}),
			v.description('Why the plan cannot run: it would move a running app.'),
		),
	),
});

const time = v.pipe(text, v.description('ISO 8601, in UTC.'));

const restorePlace = v.pipe(
	v.picklist(['here', 'machine']),
	v.description('Whether Litestream ran on this computer or on the machine.'),
);

/**
What happens, the same for every output. No event contains a secret value.
The build makes the package's JSON Schema from this; a line adds `v` and `at`.
*/
export const eventSchema = v.variant('type', [
	planMade,
	v.object({
		type: v.literal('step-changed'),
		id: text,
		status: stepStatus,
		seconds: v.exactOptional(v.pipe(v.number(), v.description("How long it has taken, on the run's clock."))),
		note: v.exactOptional(text),
	}),
	v.object({
		type: v.literal('line-printed'),
		id: v.pipe(text, v.description('The step it belongs to.')),
		stream: v.picklist(['stdout', 'stderr']),
		line: text,
		silentSeconds: v.exactOptional(
			v.pipe(v.number(), v.description('flyctl printed nothing for so long: the line is from phxfly.')),
		),
	}),
	v.object({
		type: v.literal('record-needed'),
		recordType: text,
		name: text,
		value: text,
		host: v.exactOptional(
			v.pipe(
				text,
				v.description(
					"The name as a registrar's form expects it: without its zone, `@` for the zone itself.",
				),
			),
		),
	}),
	v.object({
		type: v.literal('check-changed'),
		id: text,
		status: v.pipe(
			checkStatus,
			v.description(
				'doctor: wrong is a problem; hint is advice; could-not-tell cannot be seen in the files. Only a problem ends it with exit 9.',
			),
		),
		detail: text,
		hint: v.exactOptional(v.pipe(text, v.description('The next thing to do, if it is not verified.'))),
	}),
	v.object({
		type: v.literal('points-found'),
		app: text,
		litestream: v.pipe(text, v.description('The version that lists them.')),
		where: restorePlace,
		zone: v.pipe(text, v.description('The time zone of the lines for people; the times here are in UTC.')),
		earliest: time,
		latest: time,
		points: v.pipe(
			v.array(
				v.object({
					at: v.pipe(text, v.description('The time to ask for, for example with `--at`.')),
					kind: v.pipe(
						v.picklist(['snapshot', 'seconds', 'steps']),
						v.description('seconds: every change, about one second apart; steps: changes merged.'),
					),
					ageSeconds: v.number(),
					exactSeconds: v.pipe(
						v.number(),
						v.description('How far before the time asked for a restore near this point may end.'),
					),
				}),
			),
			v.description('Oldest first.'),
		),
	}),
	v.object({
		type: v.literal('copy-made'),
		app: text,
		file: v.pipe(text, v.description('Absolute path of the new file.')),
		bytes: v.number(),
		where: restorePlace,
		litestream: v.pipe(text, v.description('The version that restored it.')),
		zone: text,
		asked: v.exactOptional(v.pipe(text, v.description('The time of `--at`, in UTC.'))),
		reached: v.exactOptional(
			v.pipe(
				text,
				v.description(
					'When the newest change in the file was made, in UTC; of Litestream 0.3, when the storage got it.',
				),
			),
		),
		exactSeconds: v.exactOptional(
			v.pipe(v.number(), v.description('What was stored up to this long before `asked` may be missing.')),
		),
		ageSeconds: v.exactOptional(
			v.pipe(v.number(), v.description('How old the newest change in the file is; without `asked`.')),
		),
		integrity: v.picklist(['intact', 'unchecked']),
		gaps: v.pipe(
			v.picklist(['none', 'unknown']),
			v.description(
				'Whether each change up to there is in it. unknown: Litestream 0.3 shows it only to who has the keys.',
			),
		),
		compared: v.pipe(
			v.picklist(['equal', 'different', 'could-not-tell', 'not-compared']),
			v.description('What a restore on the machine was, compared with the live database.'),
		),
		note: v.exactOptional(v.pipe(text, v.description('Why it is not equal, or as of when it is.'))),
		tables: v.exactOptional(
			v.pipe(
				v.array(v.object({name: text, rows: v.number()})),
				v.description('Absent if there is no sqlite3 to count them.'),
			),
		),
		isRehearsal: v.boolean(),
	}),
	v.object({
		type: v.literal('file-pushed'),
		app: text,
		file: v.pipe(text, v.description('Absolute path of the file; it was only read.')),
		bytes: v.number(),
		place: v.pipe(text, v.description('Where the replica is: endpoint, bucket, prefix.')),
		litestream: v.pipe(text, v.description('The version that sent it.')),
		compared: v.pipe(
			v.picklist(['equal', 'not-compared']),
			v.description('What the bucket gives back, compared byte by byte. not-compared: a rehearsal.'),
		),
		schema: v.exactOptional(v.pipe(text, v.description('The newest migration in it.'))),
		tables: v.exactOptional(v.array(v.object({name: text, rows: v.number()}))),
		isRehearsal: v.boolean(),
	}),
	v.object({
		type: v.literal('restore-planned'),
		app: text,
		asked: v.pipe(text, v.description('The time that the database would go back to, in UTC.')),
		reached: v.exactOptional(
			v.pipe(text, v.description('When the newest change of that time was made, in UTC; see `copy-made`.')),
		),
		exactSeconds: v.pipe(
			v.number(),
			v.description('What was stored up to this long before `asked` may be missing.'),
		),
		zone: text,
		litestream: v.pipe(text, v.description('The version on the machine.')),
		tables: v.exactOptional(
			v.pipe(
				v.array(
					v.object({
						name: text,
						rows: v.exactOptional(v.pipe(v.number(), v.description('Absent if there was no such table.'))),
						live: v.exactOptional(v.pipe(v.number(), v.description('Absent if there is no such table now.'))),
					}),
				),
				v.description('Rows then and now. Absent if there is no sqlite3 to count them.'),
			),
		),
		bytes: v.number(),
		downSeconds: v.pipe(v.number(), v.description('About how long the site is down.')),
		keptIn: v.pipe(text, v.description('Where the old database will be, on the machine.')),
		isRehearsal: v.boolean(),
	}),
	v.object({
		type: v.literal('input-needed'),
		question: text,
		flag: text,
		message: text,
		values: v.pipe(texts, v.description('The valid ones, if they can be listed.')),
		next: v.pipe(text, v.description('The command to type.')),
	}),
	v.object({
		type: v.literal('failed'),
		code: v.pipe(text, v.description('One of those in docs/errors.md.')),
		message: text,
		exists: v.pipe(texts, v.description('What exists now.')),
		hint: v.pipe(text, v.description('What to do.')),
	}),
	v.object({
		type: v.literal('finished'),
		exit: v.pipe(v.number(), v.description("The program's exit code.")),
		url: v.undefinedable(text),
		resources: v.array(v.object({kind: text, id: text, detail: text})),
	}),
]);

/** One event. The output that prints it adds the time in ISO 8601. */
export type PhxflyEvent = Frozen<v.InferOutput<typeof eventSchema>>;

export type EventOf<Type extends PhxflyEvent['type']> = Extract<PhxflyEvent, {readonly type: Type}>;

export type StepStatus = EventOf<'step-changed'>['status'];

export type CheckStatus = EventOf<'check-changed'>['status'];

export type Resource = EventOf<'finished'>['resources'][number];

/** A planned step: what phxfly found, and each command with its arguments. */
export type PlannedStepEvent = EventOf<'plan-made'>['steps'][number];

export type PlannedActionEvent = PlannedStepEvent['actions'][number];

type Frozen<T> = T extends object ? {readonly [Key in keyof T]: Frozen<T[Key]>} : T;
