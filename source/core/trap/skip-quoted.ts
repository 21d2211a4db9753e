/** @returns The position behind the Elixir string that opens at `at`; the end of the text when it never closes. */
export function skipQuoted(text: string, at: number): number {
	if (text.startsWith('"""', at)) {
		const end = text.indexOf('"""', at + 3);
		return end === -1 ? text.length : end + 3;
	}

	let end = at + 1;
	while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
	return Math.min(end + 1, text.length);
}
