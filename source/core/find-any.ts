export type FindAny = {
	add(word: string): void;
	/** The first place from `from` on where one of the words may begin, or -1; most of a text is passed over unread. */
	findCandidate(text: string, from: number): number;
	/** The words that begin with the two characters at this place, longest first. */
	wordsAt(text: string, at: number): readonly string[];
	/** The longest of the words that stands at this place. */
	wordAt(text: string, at: number): string | undefined;
	readonly longest: () => number;
};

const none: readonly string[] = [];
const mostSkipped = 255;

/**
Looks for many words at once, by the algorithm of Wu and Manber: two characters tell how far the next word is at least.
Words have two characters or more.
*/
export function createFindAny(): FindAny {
	const words = new Map<number, string[]>();
	const skips = new Uint8Array(65_536);
	/** 0 while there is no word. */
	let shortest = 0;
	let longest = 0;

	const keyOf = (text: string, at: number) => text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
	/** Of the low bytes alone, which is enough to pass over text. */
	const hash = (text: string, at: number) =>
		((text.charCodeAt(at) & 255) << 8) | (text.charCodeAt(at + 1) & 255);

	const learn = (word: string) => {
		for (let at = 0; at + 2 <= shortest; at++) {
			const pair = hash(word, at);
			skips[pair] = Math.min(skips[pair] ?? 0, shortest - 2 - at);
		}
	};

	const wordsAt = (text: string, at: number) => words.get(keyOf(text, at)) ?? none;

	return {
		add(word) {
			const key = keyOf(word, 0);
			const siblings = words.get(key) ?? [];
			if (siblings.includes(word)) return;
			words.set(
				key,
				[...siblings, word].sort((a, b) => b.length - a.length),
			);
			longest = Math.max(longest, word.length);
			if (shortest > 0 && word.length >= shortest) {
				learn(word);
				return;
			}

			shortest = Math.min(word.length, mostSkipped);
			skips.fill(shortest - 1);
			for (const known of [...words.values()].flat()) learn(known);
		},
		findCandidate(text, from) {
			if (shortest === 0) return -1;
			const last = text.length - 2;
			for (let at = from + shortest - 2; at <= last; ) {
				const skip = skips[hash(text, at)] ?? 0;
				if (skip === 0) return at - shortest + 2;
				at += skip;
			}

			return -1;
		},
		wordsAt,
		wordAt(text, at) {
			for (const word of wordsAt(text, at)) if (text.startsWith(word, at)) return word;
			return undefined;
		},
		longest: () => longest,
	};
}
