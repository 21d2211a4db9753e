import {deploy} from '../../source/commands/deploy.ts';
import {restore} from '../../source/commands/restore.ts';
import {rollback} from '../../source/commands/rollback.ts';
import type {Cli} from '../../source/core/command/context.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {providerAnswers} from '../helpers/answers.ts';

/** One way to set up an app: a project, all answers, and the account before. */
export type Setting = {
	/** Readable name: `wisp tigris`. */
	readonly label: string;
	readonly profile: 'wisp' | 'phoenix';
	/** Every answer, as flags. */
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** The app already runs on two machines, without a journal here. */
	readonly startsOnTwo: boolean;
	/** The app already runs on a volume of 1 GB, without a journal here. Only in-process. */
	readonly startsSmall?: true;
	/** The app is set up here, and this is what is killed then. Only in-process. */
	readonly afterSetup?: {
		readonly argv: readonly string[];
		/** Runs undisturbed before it. */
		readonly before: (cli: Cli) => Promise<number>;
		readonly run: (cli: Cli) => Promise<number>;
		/** What is wrong with the world afterwards, besides what differs from the baseline. */
		readonly findProblem: (world: World) => string | undefined;
	};
	/** The built program's rehearsal has no storage for it, and S3 uses the same code. */
	readonly isInProcessOnly: boolean;
	/** Another registry than the program's own. */
	readonly registry?: Cli['registry'];
};

/** In `argv`, the time of the account's replica. */
export const replicaTime = 'REPLICA_TIME';

const custom = {
	args: [
		...['--storage', 'custom', '--endpoint', 'https://s3.us-west-004.backblazeb2.com'],
		...['--storage-region', 'us-west-004', '--bucket', 'blog-1-store'],
	],
	env: providerAnswers.s3.env,
} as const;
const wispAnswers = [
	...['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'],
	...['--domain', 'blog.example.com'],
];
const chatAnswers = [
	...['--app', 'parley-1', '--org', 'personal', '--region', 'ams', '--domain', 'chat.example.com'],
	...['--secret', 'ROOM_NOTE'],
];

const setUpWisp = (
	provider: string,
	{args, env}: Pick<Setting, 'args' | 'env'>,
	isInProcessOnly = false,
): Setting => ({
	label: `wisp ${provider}`,
	profile: 'wisp',
	args: [...wispAnswers, ...args],
	env: {...env, RESEND_API_KEY: 're_TestKey_abcdefghijklmnopqrstuvwxyz12'},
	startsOnTwo: false,
	isInProcessOnly,
});

const phoenix: Setting = {
	label: 'phoenix',
	profile: 'phoenix',
	args: chatAnswers,
	env: {
		ANTHROPIC_API_KEY: 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789',
		// A quote, so it needs another call than the others.
		ROOM_NOTE: 'a-note-of-the-room-4711"and-what-comes-after-it-0815',
	},
	startsOnTwo: false,
	isInProcessOnly: false,
};

/** A second release, which is taken back. */
function rollBack(base: 'wisp s3' | 'phoenix'): Setting {
	const setting = base === 'phoenix' ? phoenix : setUpWisp('s3', providerAnswers.s3);
	return {
		...setting,
		label: `${base} rollback`,
		isInProcessOnly: true,
		afterSetup: {
			argv: ['rollback', '1', '--rehearse', '--yes', '--json'],
			before: deploy.run,
			run: rollback.run,
			// The baseline is compared without the tags of images, which differ from run to run.
			findProblem({releases, machines}) {
				const image = releases.find(({version}) => version === 1)?.imageRef;
				const others = machines.filter(machine => machine.image !== image);
				return others.length === 0 ? undefined : `a machine runs ${others[0]?.image}, not ${image}`;
			},
		},
	};
}

/** A restore of the running app. Each run that was killed and repeated has carried out one restore that did not fail. */
const goBack: Setting = {
	...setUpWisp('s3', providerAnswers.s3),
	label: 'wisp s3 restore',
	isInProcessOnly: true,
	afterSetup: {
		argv: ['restore', '--at', replicaTime, '--rehearse', '--yes', '--json'],
		before: deploy.run,
		run: restore.run,
		findProblem({machines: [machine]}) {
			const restores = machine?.restores ?? [];
			const isWaiting = restores.some(({swappedAt}) => swappedAt === undefined);
			return restores.length === 0 || isWaiting ? `restores: ${JSON.stringify(restores)}` : undefined;
		},
	},
};

export const settings: readonly Setting[] = [
	...(['tigris', 's3', 'r2'] as const).map(provider => setUpWisp(provider, providerAnswers[provider])),
	setUpWisp('custom', custom, true),
	{
		...setUpWisp('s3', providerAnswers.s3, true),
		label: 'wisp on a smaller volume',
		args: [
			...wispAnswers.with(wispAnswers.indexOf('--volume-size') + 1, '2'),
			...providerAnswers.s3.args,
			'--adopt',
		],
		startsSmall: true,
	},
	phoenix,
	...(['wisp s3', 'phoenix'] as const).map(base => rollBack(base)),
	goBack,
	{
		...phoenix,
		label: 'phoenix from two machines',
		args: [...chatAnswers, '--adopt', '--single-machine'],
		startsOnTwo: true,
	},
];

/** Returns settings by the start of their label: `wisp`, `phoenix`, `wisp s3`. */
export const chooseSettings = (start: string) => settings.filter(({label}) => label.startsWith(start));

/** @throws {Error} For an unknown label. */
export function findSetting(label: string): Setting {
	const found = settings.find(setting => setting.label === label);
	if (!found) throw new Error(`No setting ${label}.`);
	return found;
}

/** Returns what must appear nowhere: the passed values, in pieces that look the same inside JSON. */
export const listCanaries = ({env}: Pick<Setting, 'env'>): readonly string[] =>
	Object.values(env).flatMap(value => value.split('"'));
