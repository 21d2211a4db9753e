import type {ReviewRow} from '../../core/session/session.ts';
import {useSelect} from '../input/select.ts';
import {useWindow} from '../look/window.tsx';
import {choiceLines} from '../parts/choices.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';

type Props = {
	readonly rows: readonly ReviewRow[];
	readonly onPick: (id: string) => void;
	readonly onClose: () => void;
};

/** Which answer to change. */
export function AnswerPicker({rows, onPick, onClose}: Props) {
	const window = useWindow();
	const height = bodyHeight(window);
	const selection = useSelect({
		choices: rows.map(({id, label, value}) => ({value: id, label, hint: value})),
		initial: rows[0]?.id ?? '',
		isActive: true,
		pageSize: height,
		onChoose: ({value}) => onPick(value),
		onBack: onClose,
	});
	const lines = choiceLines({
		selection,
		columns: [],
		proposal: undefined,
		indent: 1,
		width: window.width,
		height,
	});
	return (
		<Frame
			left="Change an answer"
			right={selection.filter ? `${selection.filter}▌` : ''}
			lines={lines}
			keys={[
				{key: '↑↓', does: 'move'},
				...(selection.canFilter ? [{key: 'type', does: 'to filter', isMinor: true}] : []),
				{key: 'enter', does: 'change it'},
				{key: 'esc', does: 'back to the review', short: 'back'},
			]}
		/>
	);
}
