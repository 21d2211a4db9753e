import {useInput} from 'ink';
import {useState} from 'react';

type Options = {
	readonly count: number;
	readonly height: number;
	readonly isActive: boolean;
	/** Stays at the end while it grows, like a log. */
	readonly followsEnd?: boolean;
};

export type Scroll = {
	readonly start: number;
	readonly end: number;
	readonly isScrollable: boolean;
	/** It is at the end, and stays there while the text grows. */
	readonly isFollowing: boolean;
	goTo(line: number): void;
};

/** Tracks which of `count` lines are visible; arrows, pages, Home, and End scroll. */
export function useScroll({count, height, isActive, followsEnd = false}: Options): Scroll {
	const last = Math.max(0, count - height);
	const [wanted, setWanted] = useState<number | 'end'>(followsEnd ? 'end' : 0);
	const start = wanted === 'end' ? last : Math.min(wanted, last);
	const goTo = (line: number) =>
		setWanted(followsEnd && line >= last ? 'end' : Math.max(0, Math.min(line, last)));
	useInput(
		(input, key) => {
			if (key.upArrow || input === 'k') goTo(start - 1);
			else if (key.downArrow || input === 'j') goTo(start + 1);
			else if (key.pageUp) goTo(start - height);
			else if (key.pageDown || input === ' ') goTo(start + height);
			else if (key.home || input === 'g') goTo(0);
			else if (key.end || input === 'G') goTo(last);
		},
		{isActive},
	);
	return {
		...{start, goTo},
		end: Math.min(count, start + height),
		isScrollable: last > 0,
		isFollowing: wanted === 'end',
	};
}
