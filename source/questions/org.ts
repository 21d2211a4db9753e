import {accepted, type Parsed, refused} from '../core/answer.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';

export const org: Question = {
	id: 'org',
	label: 'org',
	title: 'Organization',
	why: 'The organization that owns the app and pays for it.',
	example: 'personal',
	kind: 'choice',
	flag: {name: '--org', value: 'SLUG', help: 'organization that owns the app'},
	help: 'From `fly orgs list`. Your own organization is called personal.',
	isPreference: true,
	fixes: ['org-not-found', 'app-in-another-org'],
	samples: {good: ['personal'], bad: ['']},
	applies: () => true,
	isOptional: ({account: {orgs}}) => orgs.size === 1,

	default({account: {orgs}}) {
		const [only, ...others] = orgs.keys();
		return only !== undefined && others.length === 0
			? {value: only, origin: {kind: 'account', text: 'your only organization'} as const}
			: undefined;
	},

	suggestion({account: {orgs}}) {
		if (orgs.has('personal')) return {value: 'personal', because: 'your own'};
		const [first] = orgs.keys();
		return first === undefined ? undefined : {value: first, because: 'first of the list'};
	},
	choices: ({account: {orgs}}) => [...orgs].map(([slug, name]) => ({value: slug, label: slug, hint: name})),
	parse: parseOrg,
};

function parseOrg(typed: string, {account: {orgs}}: AnswerState): Parsed<string> {
	const slug = typed.trim();
	if (slug === '') return refused('Enter an organization slug, for example personal.');
	if (orgs.has(slug)) return accepted(slug);

	const meant = [...orgs].find(([known, name]) => [known, name].some(word => isSameWord(word, slug)));
	if (meant) return refused("Use the organization's slug.", meant[0]);
	return refused(
		`Your account has no organization with that name. Available: ${[...orgs.keys()].join(', ') || 'none'}.`,
	);
}

const isSameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
