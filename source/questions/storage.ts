import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {pricesOf} from '../core/plan/cost.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';

export const storage: Question = {
	id: 'storage',
	label: 'storage',
	title: 'Where Litestream streams the database',
	why: 'Without a replica a lost volume is a lost database.',
	example: 'tigris',
	kind: 'choice',
	flag: {name: '--storage', value: 'PROVIDER', help: 'where Litestream streams the database'},
	help: 'Every write is copied there about a second later, and a new machine restores itself from it.',
	columns: ['who makes the bucket', 'you bring', `a month, ${pricesOf}`],
	applies: ({profile}) => profile.hasStorage,
	describe: (value, {providers}) => providers.find(({id}) => id === value)?.label ?? value,

	suggestion({providers}) {
		const easiest = providers.find(({makesBucket}) => makesBucket);
		return easiest && {value: easiest.id, because: 'nothing to bring'};
	},

	choices: ({providers}) =>
		providers.map(({id, label, comparison: {bucketOwner, requires, monthly, dataLocation}}) => ({
			value: id,
			label,
			cells: [bucketOwner, requires, monthly],
			hint: dataLocation,
		})),

	parse: parseStorage,
};

/** What people call the providers otherwise. */
const otherNames: Readonly<Record<string, string>> = {
	aws: 's3',
	amazon: 's3',
	cloudflare: 'r2',
	fly: 'tigris',
	minio: 'custom',
	b2: 'custom',
	backblaze: 'custom',
	garage: 'custom',
	other: 'custom',
};

function parseStorage(typed: string, {providers}: AnswerState): Parsed<string> {
	const text = typed.trim().toLowerCase();
	if (text === none) {
		return refused('Without a replica a lost volume is a lost database, so storage cannot be none.');
	}

	const ids = providers.map(({id}) => id);
	if (ids.includes(text)) return accepted(text);

	const meant = text.split(/\W+/).map(word => otherNames[word] ?? word);
	return refused(
		`Answer one of ${ids.join(', ')}.`,
		ids.find(id => meant.includes(id)),
	);
}
