const space = /\p{White_Space}/u;

/** As Go's `strings.TrimSpace`: U+0085 is white space and a byte order mark is none, unlike in JavaScript. */
export function trimSpace(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && space.test(text.charAt(start))) start += 1;
	while (end > start && space.test(text.charAt(end - 1))) end -= 1;
	return text.slice(start, end);
}
