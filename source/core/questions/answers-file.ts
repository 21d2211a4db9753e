import {parse} from '@iarna/toml';
import * as v from 'valibot';
import {Failure} from '../errors/failure.ts';
import {readSecretName} from './named-secret.ts';
import type {Question} from './question.ts';

const answersSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));

/**
Reads an answers file: TOML or JSON, one answer per line, named like the flags.

@param path - For messages.
@throws {Failure} Exit 2 if it is neither, or for an unknown answer or a secret; names the secret, never shows it.
*/
export function readAnswersFile(
	text: string,
	path: string,
	questions: readonly Question[],
): ReadonlyMap<string, string> {
	const parsed = v.safeParse(answersSchema, parseText(text, path));
	if (!parsed.success) {
		throw new Failure('answers-file-refused', `${path} does not contain answers.`, {
			hint: 'Write one `name = "value"` per line, named like the flags: app, region, domain, …',
		});
	}

	const answers = new Map<string, string>();
	for (const [key, value] of Object.entries(parsed.output)) {
		const dashed = key.replaceAll('_', '-');
		const question = questions.find(candidate => candidate.id === dashed);
		const name = question ? undefined : readSecretName(key);
		const id = name === undefined ? dashed : key;
		const isSecret = question?.kind === 'secret' || /key|secret|token|password/i.test(key);
		if (isSecret && String(value) !== 'none') {
			throw new Failure(
				'secret-in-answers',
				`${path} contains a secret (${key}). Answers files must not contain secrets.`,
				{
					hint: `Remove it, and pass it through ${question?.environment ?? name ?? 'an environment variable'} or --secret-file.`,
				},
			);
		}

		if (!question && name === undefined) {
			throw new Failure('answers-file-refused', `${path}: unknown answer ${key}.`, {
				hint: `Use the names of the flags: ${questions.map(candidate => candidate.id).join(', ')}.`,
			});
		}

		answers.set(id, String(value));
	}

	return answers;
}

function parseText(text: string, path: string): unknown {
	const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
	try {
		return /^\s*\{/.test(clean) ? JSON.parse(clean) : parse(clean);
	} catch (error) {
		throw new Failure('answers-file-refused', `${path} is neither TOML nor JSON.`, {
			hint: 'Fix the file, or pass the answers as flags.',
			cause: error,
		});
	}
}
