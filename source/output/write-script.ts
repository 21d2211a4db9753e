import type {Answers} from '../core/answer.ts';
import type {Plan} from '../core/plan/plan.ts';
import {quoteForShell, toPlainText} from '../core/text/text.ts';
import {writeStepLines} from './script.ts';

type Parts = {
	/** phxfly's version. */
	readonly version: string;
	/** The text of `templates/script/functions.sh`. */
	readonly functions: string;
	/** SHA-256 of a text's UTF-8 bytes, in hex. */
	readonly hash: (text: string) => string;
};

/** A plan as a bash script that a person may run by hand, and again after any stop. Pure; no secret value is in it. */
export function writeScript({context, steps}: Plan, {version, functions, hash}: Parts): string {
	const {app, org, region, answers, appSecrets, storageSecrets} = context;
	const asked = [...appSecrets, ...storageSecrets]
		.filter(({isPublic, isGenerated}) => !isPublic && !isGenerated)
		.map(({name}) => name);
	return [
		'#!/usr/bin/env bash',
		...comment(`Sets up ${app} on Fly.io, in ${org}, region ${region}. Made by phxfly ${version}.`),
		...comment('Run it in the folder of the project: bash FILE. It shows every command and asks before it.'),
		...comment('Run again, it looks first and goes on where it stopped; nothing is made twice.'),
		...comment('  --yes    asks for nothing but keys that are not in the environment'),
		...comment('  --adopt  with --yes: takes over an app that exists and that fly.toml does not name'),
		...comment(
			asked.length === 0
				? 'It needs no keys from you.'
				: `It asks for ${asked.join(', ')}, unless they are in the environment.`,
		),
		...comment('It tries no storage keys and proves nothing: phxfly verify does, afterwards.'),
		'# shellcheck disable=SC2016 # Nothing in a value is to be expanded.',
		'# shellcheck disable=SC2317,SC2329 # Not every script needs every function.',
		'set -euo pipefail',
		'',
		functions.trimEnd(),
		'',
		'main() {',
		`begin ${quoteForShell(app)} "$@"`,
		...asked.map(name => `hide_secret ${quoteForShell(name)}`),
		...steps.flatMap(planned => [
			'',
			`stage ${quoteForShell(planned.step.title)}`,
			...writeStepLines({planned, context, hash}),
		]),
		'',
		['finish', `To prove it: ${writeVerify(answers)}`, `To read along: fly logs -a ${app}`]
			.map(quoteForShell)
			.join(' '),
		'}',
		'',
		'main "$@"',
		'exit',
		'',
	].join('\n');
}

/** A script leaves no journal, so the answers that are in no file are said again. */
const writeVerify = (answers: Answers): string =>
	[
		...['phxfly', 'verify'],
		...[
			'domain',
			'storage',
			'r2-account-id',
			'r2-jurisdiction',
			'endpoint',
			'storage-region',
			'bucket',
			'prefix',
		].flatMap(id => {
			const {value = ''} = answers.get(id) ?? {};
			return value === '' ? [] : [`--${id}`, value];
		}),
	]
		.map(quoteForShell)
		.join(' ');

/** Whatever stands in it, it stays a comment of one line. */
const comment = (text: string): readonly string[] => [`# ${toPlainText(text).replaceAll('\n', ' ')}`];
