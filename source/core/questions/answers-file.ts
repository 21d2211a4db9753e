import {Failure} from '../errors/failure.ts';
import {findLine, openToml, splitByteOrderMark, TomlError} from '../fly-toml/document.ts';
import {findDeepNesting, lineAt} from '../text/structure.ts';
import {readSecretName} from './named-secret.ts';
import type {Question} from './question.ts';

/**
Reads an answers file: TOML or JSON, one answer per line, named like the flags.

@param path - For messages.
@throws {Failure} Exit 2 if it is neither, for an unknown answer, for one that is given twice, or for a secret; names the secret, never shows it.
*/
export function readAnswersFile(
	text: string,
	path: string,
	questions: readonly Question[],
): ReadonlyMap<string, string> {
	const answers = new Map<string, string>();
	for (const {key, value, findLine: line} of readEntries(text, path)) {
		const dashed = key.replaceAll('_', '-');
		const question = questions.find(candidate => candidate.id === dashed);
		const name = question ? undefined : readSecretName(key);
		const id = name === undefined ? dashed : key;
		const isSecret = question?.kind === 'secret' || /key|secret|token|password/i.test(key);
		if (isSecret && String(value) !== 'none') {
			throw new Failure(
				'secret-in-answers',
				`${path}, line ${line()} contains a secret (${key}). Answers files must not contain secrets.`,
				{
					hint: `Remove it, and pass it through ${question?.environment ?? name ?? 'an environment variable'} or --secret-file.`,
				},
			);
		}

		if (!question && name === undefined) {
			throw new Failure('answers-file-refused', `${path}, line ${line()}: unknown answer ${key}.`, {
				hint: `Use the names of the flags: ${questions.map(candidate => candidate.id).join(', ')}.`,
			});
		}

		if (answers.has(id)) {
			throw new Failure('answers-file-refused', `${path}, line ${line()}: ${id} is answered twice.`, {
				hint: 'Keep one of the two lines.',
			});
		}

		answers.set(id, String(value));
	}

	return answers;
}

type Entry = {
	readonly key: string;
	readonly value: unknown;
	/** Counted from 1; a long file has too many answers to look each of them up. */
	readonly findLine: () => number;
};

/** @throws {Failure} Exit 2 for anything but plain values with a name. */
function readEntries(text: string, path: string): readonly Entry[] {
	const {body} = splitByteOrderMark(text);
	const bracket = findDeepNesting(body);
	if (bracket !== undefined) throw refuse(`${path}, line ${lineAt(body, bracket)}: the nesting is too deep.`);
	const entries = /^\s*\{/.test(body) ? readJson(body, path) : readToml(body, path);
	const other = entries.find(({value}) => !isPlain(value));
	if (!other) return entries;
	throw new Failure(
		'answers-file-refused',
		`${path} does not contain answers: line ${other.findLine()} has no plain value.`,
		{hint: 'Write one `name = "value"` per line, named like the flags: app, region, domain, …'},
	);
}

/** A number that JavaScript cannot hold would be another answer than the one in the file. */
const isPlain = (value: unknown): boolean =>
	typeof value === 'string' ||
	typeof value === 'boolean' ||
	(typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER);

function readToml(text: string, path: string): readonly Entry[] {
	try {
		const document = openToml(text);
		return Object.entries(document.value as object).map(([key, value]) => ({
			key,
			value,
			findLine: () => findLine(document, [key]),
		}));
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		throw refuse(`${path} is neither TOML nor JSON: line ${error.line}: ${error.message}.`, error);
	}
}

/** Finds the names by their colons, since parsed JSON has lost a name that is there twice. */
function readJson(text: string, path: string): readonly Entry[] {
	const values = new Map(Object.entries(parseJson(text, path)));
	return [...text.matchAll(/("(?:\\.|[^"\\])*")(\s*:)?/g)].flatMap(({index, 1: word = '""', 2: colon}) => {
		const key = String(JSON.parse(word));
		if (colon === undefined || !values.has(key)) return [];
		return [{key, value: values.get(key), findLine: () => lineAt(text, index)}];
	});
}

function parseJson(text: string, path: string): object {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw refuse(`${path} is neither TOML nor JSON.`, error);
	}
}

const refuse = (message: string, cause?: unknown) =>
	new Failure('answers-file-refused', message, {
		hint: 'Fix the file, or pass the answers as flags.',
		cause,
	});
