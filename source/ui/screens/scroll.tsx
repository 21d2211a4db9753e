import {useInput} from 'ink';
import type {ReactElement} from 'react';
import {useWindow} from '../look/window.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {useScroll} from '../parts/use-scroll.ts';

type Props = {
	readonly title: string;
	/** One terminal line each. */
	readonly lines: readonly ReactElement[];
	/** The key that opened it closes it too, beside Esc, q and Enter. */
	readonly toggle: string;
	readonly followsEnd?: boolean;
	readonly onClose: () => void;
};

/** Something long, over the whole window. */
export function ScrollScreen({title, lines, toggle, followsEnd = false, onClose}: Props) {
	const window = useWindow();
	const height = bodyHeight(window);
	const scroll = useScroll({count: lines.length, height, isActive: true, followsEnd});
	useInput((input, key) => {
		if (key.escape || key.return || input === toggle || input === 'q') onClose();
	});
	const place = scroll.isScrollable ? `${scroll.start + 1}–${scroll.end} of ${lines.length}` : '';
	return (
		<Frame
			left={title}
			right={place}
			lines={lines.slice(scroll.start, scroll.end)}
			keys={[
				...(scroll.isScrollable
					? [
							{key: '↑↓', does: 'move'},
							{key: 'pgup pgdn', does: 'page', isMinor: true},
						]
					: []),
				{key: 'esc', does: 'close'},
			]}
		/>
	);
}
