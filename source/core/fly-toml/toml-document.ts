import {type AST, getStaticTOMLValue, parseTOML} from 'toml-eslint-parser';

/** Where a value stands: keys, and the position in an array of tables. */
export type TomlPath = readonly (string | number)[];
export type TomlScalar = string | number | boolean;

/** A parsed text with the ranges of its parts, in UTF-16 code units of `text`. */
export type TomlDocument = {
	readonly text: string;
	readonly program: AST.TOMLProgram;
	/** The plain value, as any TOML reader sees it. */
	readonly value: unknown;
};

const byteOrderMark = '\uFEFF';

/** Splits a byte order mark off, which no TOML parser takes. */
export function splitByteOrderMark(text: string): {readonly mark: string; readonly body: string} {
	return text.startsWith(byteOrderMark)
		? {mark: byteOrderMark, body: text.slice(byteOrderMark.length)}
		: {mark: '', body: text};
}

/**
Parses TOML 1.0 (what flyctl reads) and keeps where everything stands.

@param text - Without a byte order mark; any mix of LF and CRLF.
@throws {ParseError} From toml-eslint-parser, when the text is not TOML.
*/
export function openToml(text: string): TomlDocument {
	// A zero right at the end of the text gets an empty range from the parser; a last line end mends that.
	const program = parseTOML(text.endsWith('\n') ? text : `${text}\n`, {tomlVersion: '1.0'});
	return {text, program, value: getStaticTOMLValue(program)};
}

export function listTables({program}: TomlDocument): readonly AST.TOMLTable[] {
	return program.body[0].body.filter(node => node.type === 'TOMLTable');
}

export function listRootKeys({program}: TomlDocument): readonly AST.TOMLKeyValue[] {
	return program.body[0].body.filter(node => node.type === 'TOMLKeyValue');
}

export const isSamePath = (left: TomlPath, right: TomlPath): boolean =>
	left.length === right.length && startsWith(left, right);

export const startsWith = (path: TomlPath, prefix: TomlPath): boolean =>
	path.length >= prefix.length && prefix.every((key, index) => path[index] === key);
