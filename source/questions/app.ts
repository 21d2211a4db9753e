import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {isOfEarlierApp} from '../core/questions/gather.ts';
import {proposeFromFlyToml, readNamedApp} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxLength = 63;

const pattern = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/**
Parses an app name: one DNS label.

@see {@link https://github.com/superfly/fly-pr-review-apps/pull/42} for the API errors this prevents.
*/
function parseAppName(typed: string): Parsed<string> {
	const name = typed.trim();
	const offer = repairName(name);
	if (name === '') return refused('Enter an app name, for example blog-1.');
	if (name === none) return refused('An app cannot be named none.', 'none-1');
	if (/\.fly\.dev\b/i.test(name)) return refused('Enter only the name, without .fly.dev.', offer);
	if (name.length > maxLength) {
		return refused(`App names have at most ${maxLength} characters; this one has ${name.length}.`, offer);
	}

	return pattern.test(name)
		? accepted(name)
		: refused(
				'App names use lowercase letters, digits, and dashes, and cannot start or end with a dash.',
				offer,
			);
}

/** Returns the closest valid name, or `undefined` if there is none. */
function repairName(name: string): string | undefined {
	const repaired = name
		.normalize('NFKD')
		.replace(/\p{Mark}/gu, '')
		.toLowerCase()
		.replace(/^https?:\/\//, '')
		.replace(/\.fly\.dev\b.*$/, '')
		.replace(/[^a-z\d]+/g, '-')
		.replace(/^-/, '')
		.slice(0, maxLength)
		.replace(/-+$/, '');
	return repaired === '' || repaired === none ? undefined : repaired;
}

export const app: Question = {
	id: 'app',
	label: 'app',
	title: 'App name',
	why: 'The name of your app, which will be at NAME.fly.dev. App names are unique across Fly.io and cannot be changed later.',
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--app', value: 'NAME', help: 'name of the app on Fly.io'},
	help: 'Lowercase letters, digits, and dashes, at most 63 characters. phxfly asks Fly at once whether the name is taken.',
	isLookedUp: true,
	resets: (state, questions) => [
		'adopt',
		...questions.filter(question => isOfEarlierApp(question, state)).map(({id}) => id),
	],
	fixes: ['name-taken', 'name-refused', 'app-not-known'],
	samples: {good: ['blog-1'], bad: ['Blog 1', 'none']},
	applies: () => true,

	default({facts}) {
		const name = readNamedApp(facts);
		return name !== undefined && parseAppName(name).ok ? proposeFromFlyToml(name, facts) : undefined;
	},

	suggestion({facts}) {
		const named = readNamedApp(facts);
		const parsed = parseAppName(named ?? facts.appName);
		const value = parsed.ok ? parsed.value : parsed.offer;
		return value === undefined
			? undefined
			: {value, because: `the name in ${(named && facts.flyToml?.path) ?? 'mix.exs'}`};
	},

	parse: parseAppName,

	async check(name, _, {fly}) {
		if ((await fly.status(name)) || !(await fly.isNameTaken(name))) return undefined;
		return `Another account, or an organization you are not in, has an app named ${name}. Choose another name.`;
	},
};
