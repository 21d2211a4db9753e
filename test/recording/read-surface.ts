import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Rehearsal} from '../helpers/rehearsal.ts';

/** Reads from the built program and its pages what scripts may depend on, without sentences. */
export async function readSurface(rehearsal: Rehearsal, root: string) {
	const print = async (...argv: readonly string[]) => (await rehearsal.run(argv)).stdout;
	const help = await print('--help');
	const commands = [...sectionOf(help, 'Commands').matchAll(/^ {2}(\S.*?) {2}/gm)].map(
		([, words = '']) => words,
	);
	const names = commands.map(words => words.split(' ')[0] ?? '');
	const common = listFlags(help);
	const setupHelp = await print('setup', '--help');
	const answers = listFlags(sectionOf(setupHelp, 'Answers'));
	const helps: Record<string, object> = {};
	for (const name of names) {
		const text = await print(name, '--help');
		const flags = listFlags(text);
		helps[name] = {
			usage: /^Usage: (.*) \[FLAGS\]$/m.exec(text)?.[1],
			takesAnswers: answers.every(flag => flags.includes(flag)),
			flags: flags.filter(flag => !common.includes(flag) && !answers.includes(flag)),
		};
	}

	const answersFile = await rehearsal.run(
		['plan', '--rehearse', '--json', '--answers', '-', '--world', 'w.json'],
		{
			stdin: '{"no-such-answer": "x"}',
		},
	);
	const [bash, zsh, fish] = [
		await print('completion', 'bash'),
		await print('completion', 'zsh'),
		await print('completion', 'fish'),
	];
	return {
		commands,
		helps,
		flags: common,
		answers,
		environment: [...sectionOf(setupHelp, 'Environment').matchAll(/^ {2}([A-Z][A-Z\d_]+)/gm)].map(
			([, name]) => name,
		),
		exits: (help.split('Exit codes:')[1] ?? '').match(/\b\d+\b/g),
		questions:
			answersFile.events.find(({type}) => type === 'failed')?.hint?.match(/(?<=[:,] )[a-z\d-]+(?=[,.])/g) ??
			[],
		completion: {
			bash: bash.split('\n'),
			zsh: zsh
				.split('\n')
				.map(line =>
					line.replace(/(?<='--?[a-z\d-]+|\})'?\[.*\]/, '[]').replace(/^(\t*'[\w-]+:).*'$/, "$1'"),
				),
			fish: fish.split('\n').map(line => line.replace(/ -d '.*'$/, '')),
		},
		events: dropDescriptions(
			JSON.parse(readFileSync(join(rehearsal.packageFolder, 'dist', 'events.schema.json'), 'utf8')),
		),
		failureCodes: [
			...readFileSync(join(root, 'docs', 'errors.md'), 'utf8').matchAll(/^\| `([^`]+)` \| ([\d, ]+) \|/gm),
		].map(([, code, exits]) => `${code} ${exits}`),
		traps: readFileSync(join(root, 'docs', 'problems.md'), 'utf8').match(/(?<=^## ).*$/gm),
		fixes: (readFileSync(join(root, 'docs', 'problems.md'), 'utf8').match(/`--fix`$/gm) ?? []).length,
	};
}

const sectionOf = (text: string, heading: string): string =>
	(text.split(`\n${heading}:\n`)[1] ?? '').split('\n\n')[0] ?? '';

const listFlags = (text: string): readonly string[] =>
	[...text.matchAll(/^ {2}((?:-\w, )?--\S+(?: <[^>]+>)?)/gm)].map(([, flag = '']) => flag);

function dropDescriptions(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(dropDescriptions);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key, each]) => !(['description', 'title'].includes(key) && typeof each === 'string'))
			.map(([key, each]) => [key, dropDescriptions(each)]),
	);
}
