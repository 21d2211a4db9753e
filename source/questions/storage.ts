import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {readOwnPlace} from '../core/litestream/own-place.ts';
import {pricesOf} from '../core/plan/cost.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {findProviderOf, type Provider} from '../core/storage/provider.ts';

export const storage: Question = {
	id: 'storage',
	label: 'storage',
	title: 'Where to store the database replica',
	why: 'Where should backups of your database go? Without one, losing the volume means losing your data.',
	example: 'tigris',
	kind: 'choice',
	flag: {name: '--storage', value: 'PROVIDER', help: 'where to store the database replica'},
	help: 'Litestream copies every write there within about a second. A new machine restores from it.',
	columns: ['bucket created by', 'you need', `per month, ${pricesOf}`],
	isPreference: true,
	samples: {good: [], bad: ['none', 'floppy']},
	applies: ({profile}) => profile.hasStorage,
	// Another provider asks other questions; answers of the one before do not carry over.
	resets: ({providers}, questions) =>
		providers
			.flatMap(({asks}) => asks)
			.filter(asked => !questions.some(({id, isShared}) => id === asked && isShared)),
	restoresReset: true,
	describe: (value, {providers}) => providers.find(({id}) => id === value)?.label ?? value,

	suggestion({providers, facts}) {
		const own = readOwnPlace(facts);
		const named = own?.endpoint === undefined ? undefined : findProviderOf(own.endpoint, providers);
		if (own?.endpoint && named) {
			return {value: named.id, because: `${own.file} names ${new URL(own.endpoint).host}`};
		}

		const easiest = providers.find(({makesBucket}) => makesBucket);
		return easiest && {value: easiest.id, because: 'nothing else needed'};
	},

	choices: ({providers}) =>
		providers.map(({id, label, vendor, monthlyUsd, comparison: {bucketOwner, requires, dataLocation}}) => ({
			value: id,
			label,
			cells: [bucketOwner, requires, showMonthly(monthlyUsd)],
			hint: vendor === undefined ? dataLocation : `${vendor}, ${dataLocation}`,
		})),

	parse: parseStorage,
};

function showMonthly(range: Provider['monthlyUsd']): string {
	if (!range) return '–';
	const [from, to] = range;
	return from === to ? `$${from.toFixed(2)}` : `$${from.toFixed(2)} to ${to.toFixed(2)}`;
}

function parseStorage(typed: string, {providers}: AnswerState): Parsed<string> {
	const text = typed.trim().toLowerCase();
	if (text === none) {
		return refused('Storage cannot be none. Without a replica, losing the volume means losing the database.');
	}

	const ids = providers.map(({id}) => id);
	if (ids.includes(text)) return accepted(text);

	const words = text.split(/\W+/);
	const meant =
		providers.find(({id}) => words.includes(id)) ??
		providers.find(({aliases = []}) => aliases.some(name => words.includes(name)));
	return refused(`Choose one of ${ids.join(', ')}.`, meant?.id);
}
