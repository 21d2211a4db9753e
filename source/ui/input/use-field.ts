import {useInput} from 'ink';
import {useRef, useState} from 'react';
import {type EditedLine, editLine} from './edit-line.ts';

type Options = {
	readonly isActive: boolean;
	/** What Tab puts into an empty field; Right does too. */
	readonly proposal: string;
	/** What Tab puts into the field, whatever it contains. */
	readonly offer: string | undefined;
	readonly onChange: () => void;
	readonly onSubmit: (text: string) => void;
	/** `?` in an empty field. */
	readonly onHelp: () => void;
	/** `o` in an empty field, where there is a page to open. */
	readonly onOpen: (() => void) | undefined;
};

/** Handles the keys of a text field that opens empty: a proposal is taken or replaced, never added to. */
export function useField({
	isActive,
	proposal,
	offer,
	onChange,
	onSubmit,
	onHelp,
	onOpen,
}: Options): EditedLine {
	const [line, setLine] = useState<EditedLine>({text: '', cursor: 0});
	// The next key may come before React has drawn this one.
	const latest = useRef(line);
	const change = (changed: EditedLine) => {
		if (changed.text !== latest.current.text) onChange();
		latest.current = changed;
		setLine(changed);
	};

	useInput(
		(input, key) => {
			const {text} = latest.current;
			const isEmpty = text === '';
			const taken = key.tab
				? (offer ?? (isEmpty ? proposal : ''))
				: isEmpty && key.rightArrow
					? proposal
					: '';
			if (key.return) onSubmit(text);
			else if (input === '?' && isEmpty) onHelp();
			else if (input === 'o' && isEmpty && onOpen) onOpen();
			else if (taken) change({text: taken, cursor: taken.length});
			else if (!key.tab && !key.escape) change(editLine(latest.current, input, key) ?? latest.current);
		},
		{isActive},
	);

	return line;
}
