import {useInput} from 'ink';
import {useState} from 'react';
import type {Choice} from '../../core/questions/question.ts';

/** Returns choices with a word that starts with the typed text: matching values first, closed choices last. */
function filterChoices(choices: readonly Choice[], filter: string): readonly Choice[] {
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

/** `s` matches San Jose and Singapore, not every name that contains an s. */
function isWordStart(text: string, wanted: string): boolean {
	const at = text.indexOf(wanted);
	if (at < 0) return false;
	return at === 0 || /[\s-]/.test(text[at - 1] ?? '') || isWordStart(text.slice(at + 1), wanted);
}

/** Returns the choice `by` places further, skipping disabled ones and staying inside the list. */
function moveMark(choices: readonly Choice[], from: number, by: number): number {
	const open = choices.flatMap(({disabled}, index) => (disabled === undefined ? [index] : []));
	const here = open.findIndex(index => index >= from);
	const place = here < 0 ? open.length - 1 : here;
	return open[Math.min(open.length - 1, Math.max(0, place + by))] ?? 0;
}

/** Returns the first of `size` visible rows, so that the marked one is visible. */
export const windowStart = (marked: number, count: number, size: number): number =>
	Math.max(0, Math.min(marked - Math.floor(size / 2), count - size));

type Options = {
	readonly choices: readonly Choice[];
	/** Value of the choice marked first. */
	readonly initial: string;
	readonly isActive: boolean;
	readonly pageSize: number;
	readonly onChoose: (choice: Choice) => void;
	readonly onBack: () => void;
	readonly onHelp?: () => void;
};

export type Selection = {
	readonly shown: readonly Choice[];
	readonly marked: number;
	readonly filter: string;
};

/** Handles a list's keys: arrows, pages, typing to filter, Enter, and Esc, which first clears the filter and then goes back. */
export function useSelect(options: Options): Selection {
	const {choices, initial, isActive, pageSize, onChoose, onBack, onHelp} = options;
	const [filter, setFilter] = useState('');
	const [chosen, setChosen] = useState(initial);
	const shown = filterChoices(choices, filter);
	const wanted = shown.findIndex(({value}) => value === chosen);
	const marked = moveMark(shown, Math.max(0, wanted), 0);
	const mark = (by: number) => setChosen(shown[moveMark(shown, marked, by)]?.value ?? chosen);
	const filterBy = (text: string) => {
		setFilter(text);
		const first = filterChoices(choices, text).find(({disabled}) => disabled === undefined);
		setChosen(text === '' ? initial : (first?.value ?? chosen));
	};

	useInput(
		(input, key) => {
			if (key.upArrow) mark(-1);
			else if (key.downArrow) mark(1);
			else if (key.pageUp) mark(-pageSize);
			else if (key.pageDown) mark(pageSize);
			else if (key.home) mark(-choices.length);
			else if (key.end) mark(choices.length);
			else if (key.return) {
				const choice = shown[marked];
				if (choice && choice.disabled === undefined) onChoose(choice);
			} else if (key.escape) {
				if (filter) filterBy('');
				else onBack();
			} else if (input === '?' && !filter) onHelp?.();
			else if (key.backspace || key.delete) filterBy(filter.slice(0, -1));
			else if (key.ctrl) {
				if (input === 'u' || input === 'w') filterBy('');
			} else if (!key.meta && !/\p{Cc}/u.test(input)) filterBy(filter + input);
		},
		{isActive},
	);

	return {shown, marked, filter};
}
