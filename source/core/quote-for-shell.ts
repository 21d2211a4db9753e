/** A word as a POSIX shell reads it back, byte for byte. */
export const quoteForShell = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
