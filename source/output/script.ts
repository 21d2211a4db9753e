import {clearLeaseArgs} from '../core/fly/lease.ts';
import {type Plan, type PlannedStep, warnOfRestart} from '../core/plan/plan.ts';
import type {Action, FlyAction, StandardInput, WaitForLeaseAction} from '../core/plan/step.ts';
import type {FileChange} from '../core/project/files.ts';
import type {DesiredSecret} from '../core/secrets/secret.ts';
import {quoteForShell, toPlainText} from '../core/text/text.ts';

type Options = {
	/** phxfly's version. */
	readonly version: string;
	/** The flags that answer every question as this plan does. */
	readonly answers: readonly string[];
};

/** Writes a plan's commands as a bash script that asks before each one. Pure; the script contains no confidential value. */
export function writeScript(plan: Plan, {version, answers}: Options): string {
	const {app, org, region} = plan.context;
	const actions = plan.steps.flatMap(step => step.actions);
	const calls = actions.filter(action => action.kind === 'fly');
	const typed = calls
		.flatMap(({input}) => listSecrets(input))
		.filter(isTyped)
		.map(({name}) => name);
	return [
		'#!/usr/bin/env bash',
		comment(
			`Sets up ${app} on Fly.io, in ${org}, region ${region}. Written by phxfly ${version}; contains no keys.`,
		),
		comment(
			'Run it in a terminal, in the project folder: bash FILE. It asks before each command: run, skip, or quit.',
		),
		comment(
			'It does not look at your account: in a second run, skip what is done. Creating something again may fail or',
		),
		comment(
			'leave you with two. To check first, and resume after a stop: phxfly plan --out FILE, then phxfly apply FILE.',
		),
		comment('It does not test storage keys, or whether the bucket is already in use. phxfly apply does.'),
		...(typed.length > 0
			? [comment(`It asks for ${typed.join(', ')}, unless the environment has a value.`)]
			: []),
		'# shellcheck disable=SC1003,SC2016,SC2317,SC2329 # Text in single quotes stays as it is; not every function is used.',
		'set -euo pipefail',
		'',
		asking,
		...(actions.some(({kind}) => kind === 'write-file') ? ['', writingFiles] : []),
		...(calls.some(({isSecret}) => isSecret) ? ['', callingInPrivate] : []),
		...(calls.some(({input}) => input) ? ['', sendingSecrets] : []),
		'',
		comment('Inside braces: bash reads the whole script before it runs the first command.'),
		'{',
		starting,
		...(typed.length > 0 ? [call('take', typed)] : []),
		...warnOfRestart(plan).map(warning => call('say', [`Note: ${warning}`])),
		...plan.steps.flatMap(step => ['', ...writeStep(step, app)]),
		...(calls.some(({isSecret}) => isSecret) ? ['', ...writeSync(app)] : []),
		'',
		comment('This script verifies nothing. phxfly verify does.'),
		call('say', ['', 'That was the last command. Verify the app:', call('  phxfly', ['verify', ...answers])]),
		'exit',
		'}',
		'',
	].join('\n');
}

const call = (name: string, words: readonly string[]): string =>
	[name, ...words.map(quoteForShell)].join(' ');

/** Returns a comment of one line, whatever the text contains. */
const comment = (text: string): string => `# ${toPlainText(text).replaceAll('\n', ' ')}`;

const listSecrets = (input: StandardInput | undefined): readonly DesiredSecret[] => {
	if (!input) return [];
	return input.kind === 'import' ? input.secrets : [input.secret];
};

/** Tells whether the script has to ask for the value. */
const isTyped = ({value, isGenerated}: DesiredSecret): boolean => !isGenerated && value === undefined;

/** Writes a step's heading and reasons, then its commands. */
function writeStep({step, finding, actions}: PlannedStep, app: string): readonly string[] {
	if (finding.is === 'there') return [comment(`${step.title}: already done (${finding.id}).`)];
	const notes = [
		...(finding.is === 'partial' && finding.note ? [finding.note] : []),
		...(step.records ? ['Then create the DNS records that phxfly verify lists.'] : []),
	];
	return [...explain(step.title, notes), ...actions.flatMap(action => writeAction(action, app))];
}

function writeAction(action: Action, app: string): readonly string[] {
	switch (action.kind) {
		case 'fly':
			return writeCall(action, app);
		case 'write-file':
			return writeFile(action.change);
		case 'wait-for-lease':
			return writeLease(action, app);
		case 'clear-lease':
			return [
				...giveReasons(['An interrupted deploy left its lease on the machine']),
				call('run', ['fly', ...clearLeaseArgs(action.machineId, action.app)]),
			];
	}
}

const explain = (title: string, notes: readonly string[]): readonly string[] => [
	comment(title),
	call('say', ['', title]),
	...giveReasons(notes),
];

/** Writes the same words for the person who reads the script, and for the one who runs it. */
function giveReasons(reasons: readonly string[]): readonly string[] {
	const lines = reasons.map(reason => `  ${reason}`);
	return lines.length === 0 ? [] : [...lines.map(comment), call('say', lines)];
}

function writeCall(
	{args, why, catches = [], input, isSecret, environment = {}}: FlyAction,
	app: string,
): readonly string[] {
	const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
	const words = [...(variables.length > 0 ? ['env', ...variables] : []), 'fly', ...args];
	const secrets = listSecrets(input);
	const names = secrets.map(({name}) => name);
	const generated = secrets.filter(({isGenerated}) => isGenerated);
	const reasons = giveReasons([
		...(why ? [why] : []),
		...(catches.length > 0
			? [
					`It shows ${catches.join(', ')} on this screen, once. Keep them only if it says that it does not set them:`,
					`then set them yourself with ${call('fly', ['secrets', 'import', '--stage', '-a', app])}`,
				]
			: []),
		...generated.map(({name}) => `Skip this if ${name} is set: a new value would replace it.`),
	]);
	if (!isSecret && !input) return [...reasons, call('run', words)];
	const send = input ? `${call(input.kind === 'import' ? 'lines' : 'bare', names)} | ` : '';
	return [
		...reasons,
		`while ${call('ask', words)}; do`,
		...secrets.map(secret => `\t${writeValue(secret, input?.kind ?? 'import')}`),
		`\t${send}${isSecret ? 'private ' : ''}${words.map(quoteForShell).join(' ')} && break`,
		'\tfailed',
		'done',
	];
}

function writeValue(secret: DesiredSecret, kind: StandardInput['kind']): string {
	const {name, value = '', isGenerated} = secret;
	if (isTyped(secret)) return call('enter', [name, kind]);
	return isGenerated ? call('generate', [name]) : call('keep', [name, value]);
}

/** Writes a file from a here-document, byte for byte. */
function writeFile({path, after, mode, why}: FileChange): readonly string[] {
	const isWhole = after === '' || after.endsWith('\n');
	const end = chooseEnd(after);
	return [
		...giveReasons([`${path}: ${why}`]),
		`${call('write', [path, mode.toString(8), ...(isWhole ? [] : ['cut'])])} <<'${end}'`,
		...(after === '' ? [] : [isWhole ? after.slice(0, -1) : after]),
		end,
	];
}

/** Returns a line that the text does not contain. */
function chooseEnd(text: string): string {
	const lines = new Set(text.split('\n'));
	let end = 'END';
	while (lines.has(end)) end += '_';
	return end;
}

const writeLease = ({machineId, untilMs}: WaitForLeaseAction, app: string): readonly string[] =>
	giveReasons([
		`Another deploy holds machine ${machineId} until ${new Date(untilMs).toISOString()}. This script cannot wait`,
		`for that; phxfly apply does. To look: ${call('fly', ['machine', 'leases', 'view', machineId, '-a', app])}`,
	]);

const writeSync = (app: string): readonly string[] => [
	...explain('Refresh what fly knows about the secrets', [
		'fly ran with a private folder, so your own is behind',
	]),
	call('run', ['fly', 'secrets', 'sync', '-a', app]),
];

const asking = `say() { printf '%s\\n' "$@"; }

stop() {
	say "$@" >&2
	exit 1
}

# Shows a command and asks. Quits the script, or returns 0 to run it and 1 to skip it.
ask() {
	local answer
	printf '   '
	printf ' %q' "$@"
	printf '\\n'
	while printf '    r = run, s = skip, q = quit: '; do
		IFS= read -r answer <&3 || answer=q
		case "$answer" in
		r | run) return 0 ;;
		s | skip) return 1 ;;
		q | quit) stop '' 'Stopped. What ran so far stays. To continue, run this again and skip what is done,' 'or run phxfly: it checks what exists.' ;;
		esac
	done
}

failed() {
	say '    That failed. If the connection broke, it may have worked all the same: check before you run it again.'
}

run() {
	while ask "$@"; do
		"$@" && break
		failed
	done
}`;

const writingFiles = `# write PATH MODE [cut]: writes standard input, and keeps a copy of what it replaces. cut: without the last line break.
write() {
	local path=$1 new=$scratch/new copy
	if [ "\${3-}" = cut ]; then printf '%s' "$(cat)" >"$new"; else cat >"$new"; fi
	if [ ! -f "$path" ]; then
		if [ -e "$path" ] || [ -L "$path" ]; then stop "$path is not a regular file. Move it away."; fi
		ask write "$path" || return 0
		mkdir -p "$(dirname "$path")"
		cp "$new" "$path"
		chmod "$2" "$path"
	elif cmp -s "$path" "$new"; then
		say "    $path already has this text."
	else
		diff -u "$path" "$new" || true
		ask write "$path" || return 0
		copy=$(mktemp "$path.before-XXXXXX")
		cp -p "$path" "$copy"
		cat "$new" >"$path"
		say "    The text before is in $copy"
	fi
}`;

const callingInPrivate = `# fly writes what it sends into its log folder. Here a file is in that place, so it keeps no log.
private() {
	mkdir -p "$scratch/fly"
	: >"$scratch/fly/logs"
	cp "\${FLY_CONFIG_DIR:-$HOME/.fly}/config.yml" "$scratch/fly/" 2>/dev/null || true
	FLY_CONFIG_DIR=$scratch/fly "$@"
}`;

const sendingSecrets = `# take NAME...: moves values from the environment into this script, so that no program inherits them.
take() {
	local name
	for name in "$@"; do
		keep "$name" "\${!name-}"
		unset "$name"
	done
}

keep() { printf -v "secret_$1" '%s' "$2"; }

generate() { keep "$1" "$(head -c 48 /dev/urandom | base64)"; }

# enter NAME import|value: asks for a value that the environment did not have, without showing it.
enter() {
	local name=secret_$1 value problem
	value=\${!name-}
	while true; do
		problem=
		if [ -z "$value" ]; then
			printf '    %s (not shown): ' "$1"
			IFS= read -rs value <&3 || stop '' 'Stopped.'
			while IFS= read -rs -t 1 _ <&3; do problem='It has several lines.'; done
			printf '\\n'
			if [ "\${#value}" -gt 1000 ]; then problem='It is too long to type.'; fi
			if [ -n "$problem" ]; then problem="$problem Quit, put $1 into the environment, and run this again."; fi
		fi
		if [ -z "$problem" ]; then problem=$(judge "$2" "$value"); fi
		if [ -z "$problem" ]; then break; fi
		say "    $problem (Ctrl-C quits)"
		value=
	done
	keep "$1" "$value"
}

# judge import|value VALUE: says why this command would change the value.
judge() {
	local LC_ALL=C
	case "$1:$2" in
	*:) say 'Nothing was typed.' ;;
	import:*\\"* | import:*$'\\n'*) say 'fly secrets import changes quotes and line breaks. Put the value into the environment, and run phxfly plan --script again: it plans another command.' ;;
	value:[![:graph:]]* | value:*[![:graph:]]) say 'It starts or ends with a space or a special character, which fly may remove.' ;;
	*) if [ "\${#2}" -ge 60000 ]; then say 'It is longer than fly reads.'; fi ;;
	esac
}

# What fly secrets import reads.
lines() {
	local name value
	for name in "$@"; do
		value=secret_$name
		printf '%s="%s"\\n' "$name" "\${!value-}"
	done
}

# What fly secrets set NAME=- reads.
bare() {
	local value=secret_$1
	printf '%s' "\${!value-}"
}`;

const starting = `[ -t 0 ] || stop 'This script asks before each command. Run it in a terminal: bash FILE'
[ -f mix.exs ] || stop 'This folder has no mix.exs. Run this in the project folder.'
command -v fly >/dev/null || stop 'fly is not on your PATH. Install it: https://fly.io/docs/flyctl/install/'
# fly would take these in place of what is in its command.
unset FLY_APP FLY_ORG FLY_ORGANIZATION FLY_REGION
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Answers come from the terminal, and no command reads them.
exec 3<&0 </dev/null`;
