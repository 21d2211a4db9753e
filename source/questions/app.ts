import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {proposeFromFlyToml, readNamedApp} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxLength = 63;

const pattern = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/**
Reads an app name: one DNS label.

@see {@link https://github.com/superfly/fly-pr-review-apps/pull/42} for what Fly's API answers otherwise.
*/
function parseAppName(typed: string): Parsed<string> {
	const name = typed.trim();
	const offer = repairName(name);
	if (name === '') return refused('Type a name for the app, for example blog-1.');
	if (name === none) return refused('The word none cannot be an app name.', 'none-1');
	if (/\.fly\.dev\b/i.test(name)) return refused('Type only the name, without .fly.dev.', offer);
	if (name.length > maxLength) {
		return refused(`An app name has at most ${maxLength} characters, this one has ${name.length}.`, offer);
	}

	return pattern.test(name)
		? accepted(name)
		: refused('An app name holds lower case letters, digits and dashes, and no dash at either end.', offer);
}

/** The nearest name that would be accepted, or `undefined` when nothing usable is left. */
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
	title: 'Name of the app',
	why: 'It becomes NAME.fly.dev, so no other app on Fly.io may have it. It cannot be changed later.',
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--app', value: 'NAME', help: 'name of the app on Fly.io'},
	help: 'Lower case letters, digits and dashes, at most 63 characters. Whether the name is free only shows when the app is created.',
	isLookedUp: true,
	resets: () => ['adopt'],
	fixes: ['name-taken', 'name-refused', 'app-not-known'],
	samples: {good: ['blog-1'], bad: ['Blog 1', 'none']},
	applies: () => true,

	default({facts}) {
		const name = readNamedApp(facts);
		return name !== undefined && parseAppName(name).ok ? proposeFromFlyToml(name) : undefined;
	},

	suggestion({facts}) {
		const named = readNamedApp(facts);
		const parsed = parseAppName(named ?? facts.appName);
		const value = parsed.ok ? parsed.value : parsed.offer;
		return value === undefined
			? undefined
			: {value, because: `the name in ${named ? 'fly.toml' : 'mix.exs'}`};
	},

	parse: parseAppName,
};
