import type {Answers} from '../core/answer.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {describeRestart, type Plan, type PlannedStep} from '../core/plan/plan.ts';
import type {Finding} from '../core/plan/step.ts';
import type {FileChange} from '../core/project/files.ts';
import type {DesiredSecret} from '../core/secrets/secret.ts';
import {quoteForShell, toPlainText} from '../core/text/text.ts';

/**
The lines that write one file from a here-document, byte for byte.

@param hash - SHA-256 of a text's UTF-8 bytes, in hex.
*/
function writeFileLines(
	{path, before, after, mode}: FileChange,
	hash: (text: string) => string,
): readonly string[] {
	const hasEnd = after.endsWith('\n') || after === '';
	const words = [
		...['write_file', path, mode.toString(8)],
		...[before === undefined ? 'none' : hash(before), hash(after)],
		...(hasEnd ? [] : ['cut']),
	];
	const text = hasEnd ? after.replace(/\n$/, '') : after;
	const end = chooseEnd(text);
	return [`${words.map(quoteForShell).join(' ')} <<'${end}'`, ...(after === '' ? [] : [text]), end];
}

/** A line that the text does not have. */
function chooseEnd(text: string): string {
	const lines = new Set(text.split('\n'));
	let end = 'END_OF_FILE';
	while (lines.has(end)) end += '_';
	return end;
}

type Written = {
	readonly planned: PlannedStep;
	readonly context: PlanContext;
	readonly hash: (text: string) => string;
};

/** What a step is in a script: a call of the function that looks first, with the words the step would use. */
const writers: Readonly<Record<string, (written: Written) => readonly string[]>> = {
	'create-app': written => [call('create_app', [written.context.org], only(written))],
	'write-files': ({context: {files}, hash}) => [
		...files.flatMap(file => writeFileLines(file, hash)),
		'check_config',
	],
	'create-volume': written => {
		const {mount, region, volumeSizeGb} = written.context;
		return [call('create_volume', [mount?.source ?? '', region, String(volumeSizeGb)], only(written))];
	},
	'create-bucket': written => {
		const {bucket = '', terms} = written.context;
		return [call('create_bucket', [bucket, terms?.url ?? ''], only(written))];
	},
	'set-secrets': ({planned, context}) => writeSecrets(context.appSecrets, planned.finding),
	'set-storage-secrets': ({planned, context}) => writeSecrets(context.storageSecrets, planned.finding),
	'allocate-addresses': written =>
		['v6', 'v4'].map(type =>
			call('allocate_address', [type], only(written, {is: 'partial', missing: [type]})),
		),
	'add-certificate': written => [call('add_certificate', [written.context.domain ?? ''], only(written))],
	'set-machine-count': written => [call('set_machine_count', [], only(written))],
	deploy(written) {
		const {context} = written;
		const {image = '', redeploy, existing} = context;
		return [
			...(existing?.Deployed ? [call('say', [`   ${describeRestart(context)}`])] : []),
			call('deploy', [image, redeploy ? 'again' : 'once'], only(written)),
		];
	},
};

/** Whether a script can look for itself if the step is done. */
export const canLook = (stepId: string): boolean => stepId in writers;

/** The lines of one stage, below its heading. */
function writeStepLines(written: Written): readonly string[] {
	const {step} = written.planned;
	const write = writers[step.id];
	if (write) return write(written);
	return listCalls(written, {is: 'absent'}).map(words => call('by_hand', [step.title], words));
}

const listCalls = ({planned: {step}, context}: Written, finding: Finding): readonly (readonly string[])[] =>
	step.actions(context, finding).flatMap(action => (action.kind === 'fly' ? [action.args] : []));

/** The step's one call, as it is made where nothing is there. */
function only(written: Written, finding: Finding = {is: 'absent'}): readonly string[] {
	const [words, more] = listCalls(written, finding);
	if (!words || more) throw new Error(`${written.planned.step.id} is not one call in a script.`);
	return words;
}

const call = (name: string, words: readonly string[], args: readonly string[] = []): string =>
	[name, ...words, ...args].map(quoteForShell).join(' ');

/** No value but a public one is in a script; what is confidential is asked for when it runs. */
function writeSecrets(wanted: readonly DesiredSecret[], finding: Finding): readonly string[] {
	const missing = finding.is === 'partial' ? finding.missing : [];
	return [
		'begin_secrets',
		...wanted.map(({name, value, isGenerated}) => {
			if (isGenerated) return call('want_generated', [name]);
			if (value === undefined) return call('want_secret', [name]);
			return call('want_public', [name, value, ...(missing.includes(name) ? ['again'] : [])]);
		}),
		'send_secrets',
	];
}

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
		.filter(({value, isGenerated}) => value === undefined && !isGenerated)
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
