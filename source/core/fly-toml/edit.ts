import {applyTomlEdit, isSameValue, type TomlEdit} from './apply-toml-edit.ts';
import {findLine} from './document.ts';
import {addTomlTable, writeByHand} from './insert.ts';
import {readSecondOpinion} from './read-second-opinion.ts';
import {setTomlValue} from './set-toml-value.ts';
import {openToml, splitByteOrderMark, type TomlDocument, type TomlPath} from './toml-document.ts';
import {writeTomlPath, writeTomlValue} from './write-toml-value.ts';

export type EditedToml =
	| {readonly ok: true; readonly text: string}
	| {
			readonly ok: false;
			readonly path: TomlPath;
			/** Counted from 1, in the text as it was given. */
			readonly line: number;
			/** What to write there by hand; may be several lines. */
			readonly wanted: string;
			readonly problem: string;
	  };

/**
Makes the edits and leaves every other byte as it is: comments, order, quotes, line endings, byte order mark.

Each result is parsed again, by two parsers, and compared: what changed is exactly what was asked, or the edit is refused
and nothing of the text is returned.

@param text - A text that `parseFlyToml` takes.
*/
export function editFlyToml(text: string, edits: readonly TomlEdit[]): EditedToml {
	const {mark, body} = splitByteOrderMark(text);
	const original = tryOpen(body);
	let document = original;
	for (const edit of edits) {
		const next = document && tryEdit(document, edit);
		if (!next) return refuse(original, edit);
		document = next;
	}
	return {ok: true, text: mark + (document?.text ?? body)};
}

function tryEdit(before: TomlDocument, edit: TomlEdit): TomlDocument | undefined {
	const text =
		'addTable' in edit ? addTomlTable(before, edit.addTable) : setTomlValue(before, edit.path, edit.value);
	const after = text === undefined ? undefined : tryOpen(text);
	if (!after || !isSameValue(after.value, applyTomlEdit(before.value, edit))) return undefined;
	const secondBefore = readSecondOpinion(before.text);
	// What the second parser cannot read at all (it knows TOML 0.5 only) it cannot judge.
	if (secondBefore === undefined) return after;
	return isSameValue(readSecondOpinion(after.text), applyTomlEdit(secondBefore, edit)) ? after : undefined;
}

function tryOpen(text: string): TomlDocument | undefined {
	try {
		return openToml(text);
	} catch {
		return undefined;
	}
}

function refuse(document: TomlDocument | undefined, edit: TomlEdit): EditedToml {
	const path = 'addTable' in edit ? edit.addTable.path : edit.path;
	const line = document ? findLine(document, path) : 1;
	const wanted =
		'addTable' in edit
			? writeByHand(edit.addTable)
			: `${writeTomlPath(edit.path.slice(-1))} = ${writeTomlValue(edit.value)}`;
	const home = 'addTable' in edit ? '' : writeTomlPath(path.slice(0, -1));
	const where = `line ${line}${home && ` (in [${home}])`}`;
	const problem = `fly.toml is laid out in a way that cannot be edited safely at ${where}. Change it by hand.`;
	return {ok: false, path, line, wanted, problem};
}
