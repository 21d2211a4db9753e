import {accepted, type Parsed, refused} from '../core/answer.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';

export const org: Question = {
	id: 'org',
	label: 'org',
	title: 'Organisation',
	why: 'Who owns the app and pays for it.',
	example: 'personal',
	kind: 'choice',
	flag: {name: '--org', value: 'SLUG', help: 'organisation that owns the app'},
	help: 'The list is that of `fly orgs list`. The one of your own is always called personal.',
	fixes: ['org-not-found', 'app-in-another-org'],
	samples: {good: ['personal'], bad: ['']},
	applies: () => true,
	isOptional: ({account: {orgs}}) => orgs.size === 1,

	default({account: {orgs}}) {
		const [only, ...others] = orgs.keys();
		return only !== undefined && others.length === 0
			? {value: only, origin: {kind: 'account', text: 'the only one'} as const}
			: undefined;
	},

	suggestion: ({account: {orgs}}) =>
		orgs.has('personal') ? {value: 'personal', because: 'your own'} : undefined,
	choices: ({account: {orgs}}) => [...orgs].map(([slug, name]) => ({value: slug, label: slug, hint: name})),
	parse: parseOrg,
};

function parseOrg(typed: string, {account: {orgs}}: AnswerState): Parsed<string> {
	const slug = typed.trim();
	if (slug === '') return refused('Type the slug of an organisation, for example personal.');
	if (orgs.has(slug)) return accepted(slug);

	const meant = [...orgs].find(([known, name]) => [known, name].some(word => isSameWord(word, slug)));
	if (meant) return refused('Organisations go by their slug here.', meant[0]);
	return refused(
		`This login sees no organisation of that name, only ${[...orgs.keys()].join(', ') || 'none'}.`,
	);
}

const isSameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
