import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {text as readText} from 'node:stream/consumers';
import {parse} from '@iarna/toml';
import * as v from 'valibot';
import {Failure} from '../core/errors.ts';
import type {CommandContext} from '../core/workshop.ts';
import type {GivenFiles} from '../run/gather-for.ts';

const answersSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));

/**
Reads `--answers FILE` and every `--secret-file NAME=PATH` (`-` is standard input).

@throws {Failure} Exit 2 for a file that cannot be read, an unknown answer, or an answers file with a secret in it.
*/
export async function readGivenFiles(context: CommandContext): Promise<GivenFiles> {
	const {options, host} = context;
	const secretFiles = new Map<string, string>();
	const known = context.lists.questions.flatMap(({environment}) => environment ?? []);
	for (const {name, path} of options.secretFiles) {
		if (!known.includes(name)) {
			throw new Failure('usage', 'usage', `--secret-file: nobody asks for ${name}.`, {
				hint: `Names are ${known.join(', ')}.`,
			});
		}

		const content =
			path === '-' ? await readText(host.stdin) : await readGiven(resolve(host.cwd, path), '--secret-file');
		secretFiles.set(name, content.replace(/^\uFEFF/, '').replace(/\r?\n$/, ''));
	}

	if (options.answersFile === undefined) return {answersFile: new Map(), secretFiles};
	const path = resolve(host.cwd, options.answersFile);
	return {answersFile: readAnswers(await readGiven(path, '--answers'), path, context), secretFiles};
}

function readAnswers(text: string, path: string, {lists}: CommandContext): ReadonlyMap<string, string> {
	const parsed = v.safeParse(answersSchema, parseText(text, path));
	if (!parsed.success) {
		throw new Failure('answers-file-refused', 'usage', `${path} holds something else than answers.`, {
			hint: 'One `name = "value"` a line, with the names of the flags: app, region, domain, …',
		});
	}

	const answers = new Map<string, string>();
	for (const [key, value] of Object.entries(parsed.output)) {
		const id = key.replaceAll('_', '-');
		const question = lists.questions.find(candidate => candidate.id === id);
		const isSecret = question?.kind === 'secret' || /key|secret|token|password/i.test(key);
		if (isSecret && String(value) !== 'none') {
			throw new Failure(
				'secret-in-answers',
				'usage',
				`${path} holds a secret (${key}); an answers file must not.`,
				{
					hint: `Take it out, and give it as ${question?.environment ?? 'an environment variable'} or --secret-file.`,
				},
			);
		}

		if (!question) {
			throw new Failure('answers-file-refused', 'usage', `${path} answers ${key}, which nobody asks.`, {
				hint: `Names are those of the flags: ${lists.questions.map(candidate => candidate.id).join(', ')}.`,
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
		throw new Failure('answers-file-refused', 'usage', `${path} is neither TOML nor JSON.`, {
			hint: 'Mend it, or answer with flags.',
			cause: error,
		});
	}
}

async function readGiven(path: string, flag: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		throw new Failure('file-not-readable', 'usage', `${flag}: ${path} cannot be read.`, {
			hint: 'Check the path.',
			cause: error,
		});
	}
}
