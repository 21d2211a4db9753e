import {parse} from '@iarna/toml';
import * as v from 'valibot';
import {Failure} from '../errors/failure.ts';
import {readSecretName} from './named-secret.ts';
import type {Question} from './question.ts';

const answersSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));

/**
Reads an answers file: TOML or JSON, a line an answer, by the names of the flags.

@param path - For messages.
@throws {Failure} Exit 2 for what is neither, an unknown answer, or a secret; the secret is named, never shown.
*/
export function readAnswersFile(
	text: string,
	path: string,
	questions: readonly Question[],
): ReadonlyMap<string, string> {
	const parsed = v.safeParse(answersSchema, parseText(text, path));
	if (!parsed.success) {
		throw new Failure('answers-file-refused', `${path} holds something else than answers.`, {
			hint: 'One `name = "value"` a line, with the names of the flags: app, region, domain, …',
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
			throw new Failure('secret-in-answers', `${path} holds a secret (${key}); an answers file must not.`, {
				hint: `Take it out, and give it as ${question?.environment ?? name ?? 'an environment variable'} or --secret-file.`,
			});
		}

		if (!question && name === undefined) {
			throw new Failure('answers-file-refused', `${path} answers ${key}, which nobody asks.`, {
				hint: `Names are those of the flags: ${questions.map(candidate => candidate.id).join(', ')}.`,
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
			hint: 'Mend it, or answer with flags.',
			cause: error,
		});
	}
}
