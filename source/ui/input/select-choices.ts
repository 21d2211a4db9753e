import type {Choice} from '../../core/questions/question.ts';

/** From this many choices on, letters filter; below, j and k move. */
const fewChoices = 7;

export const isFilterable = (choices: readonly Choice[]): boolean => choices.length > fewChoices;

/** Choices with a word that begins with the typed text; those whose value does first, closed ones last. */
export function filterChoices(choices: readonly Choice[], filter: string): readonly Choice[] {
	const wanted = filter.trim().toLowerCase();
	if (!wanted) return choices;
	const rank = ({value, label, hint, cells}: Choice) => {
		if (value.toLowerCase().startsWith(wanted)) return 0;
		if (label.toLowerCase().startsWith(wanted)) return 1;
		const text = [value, label, hint, ...(cells ?? [])].join(' ').toLowerCase();
		return isWordStart(text, wanted) ? 2 : 3;
	};
	const found = [0, 1, 2].flatMap(wantedRank => choices.filter(choice => rank(choice) === wantedRank));
	return [...found.filter(({disabled}) => !disabled), ...found.filter(({disabled}) => disabled)];
}

/** `s` means San Jose and Singapore, not every name with an s in it. */
function isWordStart(text: string, wanted: string): boolean {
	const at = text.indexOf(wanted);
	if (at < 0) return false;
	return at === 0 || /[\s-]/.test(text[at - 1] ?? '') || isWordStart(text.slice(at + 1), wanted);
}

/** The choice `by` places on, without those that cannot be chosen; stays inside the list. */
export function moveMark(choices: readonly Choice[], from: number, by: number): number {
	const open = choices.flatMap(({disabled}, index) => (disabled === undefined ? [index] : []));
	const here = open.findIndex(index => index >= from);
	const place = here < 0 ? open.length - 1 : here;
	return open[Math.min(open.length - 1, Math.max(0, place + by))] ?? 0;
}

/** The first of `size` rows that are shown, so that the marked one is among them. */
export const windowStart = (marked: number, count: number, size: number): number =>
	Math.max(0, Math.min(marked - Math.floor(size / 2), count - size));
