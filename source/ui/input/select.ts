import {useInput} from 'ink';
import {useState} from 'react';
import type {Choice} from '../../core/questions/question.ts';
import {filterChoices, isFilterable, moveMark} from './select-choices.ts';

type Options = {
	readonly choices: readonly Choice[];
	/** Value of the choice that is marked at first. */
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
	readonly canFilter: boolean;
};

/** A list's keys: arrows, pages, typing to filter, Enter, and Esc, which clears the filter before it goes back. */
export function useSelect(options: Options): Selection {
	const {choices, initial, isActive, pageSize, onChoose, onBack, onHelp} = options;
	const canFilter = isFilterable(choices);
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
			const isShortcut = !canFilter && !key.ctrl;
			if (key.upArrow || (isShortcut && input === 'k')) mark(-1);
			else if (key.downArrow || (isShortcut && input === 'j')) mark(1);
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
			else if (!canFilter) return;
			else if (key.backspace || key.delete) filterBy(filter.slice(0, -1));
			else if (key.ctrl) {
				if (input === 'u' || input === 'w') filterBy('');
			} else if (!key.meta && !/\p{Cc}/u.test(input)) filterBy(filter + input);
		},
		{isActive},
	);

	return {shown, marked, filter, canFilter};
}
