import type {Cli} from '../../source/core/command/context.ts';
import {providerAnswers} from '../helpers/answers.ts';

/** One way to set an app up: a project, all answers, and what is in the account before. */
export type Setting = {
	/** As people read it: `wisp tigris`. */
	readonly label: string;
	readonly profile: 'wisp' | 'phoenix';
	/** Every answer, as flags. */
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** The app is there and runs on two machines; nothing here knows of it. */
	readonly startsOnTwo: boolean;
	/** The rehearsal of the built program has no storage for it, and S3's own is of the same code. */
	readonly isInProcessOnly: boolean;
	/** Another registry than the program's own. */
	readonly registry?: Cli['registry'];
};

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
		// A quote: it travels by another call than the others.
		ROOM_NOTE: 'a-note-of-the-room-4711"and-what-comes-after-it-0815',
	},
	startsOnTwo: false,
	isInProcessOnly: false,
};

export const settings: readonly Setting[] = [
	...(['tigris', 's3', 'r2'] as const).map(provider => setUpWisp(provider, providerAnswers[provider])),
	setUpWisp('custom', custom, true),
	phoenix,
	{
		...phoenix,
		label: 'phoenix from two machines',
		args: [...chatAnswers, '--adopt', '--single-machine'],
		startsOnTwo: true,
	},
];

/** Those whose label begins so: `wisp`, `phoenix`, `wisp s3`. */
export const chooseSettings = (start: string) => settings.filter(({label}) => label.startsWith(start));

/** @throws When no setting is called that. */
export function findSetting(label: string): Setting {
	const found = settings.find(setting => setting.label === label);
	if (!found) throw new Error(`No setting ${label}.`);
	return found;
}

/** What must be nowhere: the values given, in pieces that look the same inside JSON. */
export const listCanaries = ({env}: Pick<Setting, 'env'>): readonly string[] =>
	Object.values(env).flatMap(value => value.split('"'));
