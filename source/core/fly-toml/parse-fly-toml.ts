import {ParseError} from 'toml-eslint-parser';
import * as v from 'valibot';
import {type FlyConfig, flyConfig} from './config.ts';
import {findLine} from './document.ts';
import {openToml, splitByteOrderMark, type TomlDocument, type TomlPath} from './toml-document.ts';
import {writeTomlPath} from './write-toml-value.ts';

export type FlyTomlReading =
	| {readonly ok: true; readonly config: FlyConfig}
	| {readonly ok: false; readonly line: number; readonly column: number; readonly problem: string};

/**
Reads fly.toml as flyctl would: TOML 1.0, wrong types refused, keys that are not known let through.

@param text - May begin with a byte order mark and end its lines with CRLF.
@returns On failure `line` and `column` are counted from 1; `column` is in UTF-16 code units.
*/
export function parseFlyToml(text: string): FlyTomlReading {
	const opened = tryOpen(splitByteOrderMark(text).body);
	if (!('text' in opened)) return opened;
	const checked = v.safeParse(flyConfig, opened.value);
	if (checked.success) return {ok: true, config: checked.output};
	const [issue] = checked.issues;
	const path = toPath(issue);
	return {
		ok: false,
		line: findLine(opened, path),
		column: 1,
		problem: `${writeTomlPath(path)} ${issue.message}.`,
	};
}

/** The line, counted from 1, where a key of a fly.toml that parses stands, or the table around it. */
export const findFlyTomlLine = (text: string, path: TomlPath): number =>
	findLine(openToml(splitByteOrderMark(text).body), path);

function tryOpen(body: string): TomlDocument | Extract<FlyTomlReading, {ok: false}> {
	try {
		return openToml(body);
	} catch (error) {
		if (!(error instanceof ParseError)) throw error;
		return {ok: false, ...findFault(body, error)};
	}
}

/** A missing value is noticed only where the next line begins; it is said where it is missing. */
function findFault(body: string, {index, lineNumber, column, message}: ParseError) {
	const before = body.slice(0, index);
	const end = before.trimEnd().length;
	const isOnLaterLine = before.slice(end).includes('\n') || index >= body.length;
	if (before[end - 1] !== '=' || !isOnLaterLine) {
		return {line: lineNumber, column: column + 1, problem: `${message}.`};
	}
	const lines = before.slice(0, end).split('\n');
	return {
		line: lines.length,
		column: (lines.at(-1) ?? '').length + 1,
		problem: 'A value is missing after "=".',
	};
}

function toPath(issue: v.BaseIssue<unknown>): TomlPath {
	return (issue.path ?? []).flatMap(({key}) =>
		typeof key === 'string' || typeof key === 'number' ? [key] : [],
	);
}
