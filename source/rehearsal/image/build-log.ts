import {makeStableHex} from '../world/make.ts';
import type {BuildContext, BuildStep} from './stage.ts';

/** A line of a build's log, and the simulated milliseconds before it. */
export type LogLine = {readonly ms: number; readonly line: string};

/** What a step prints, how long it takes, and how it fails. */
type Output = {readonly seconds: number; readonly lines: readonly string[]; readonly failure?: Failure};

type Failure = {
	/** Behind `ERROR:`. */
	readonly reason: string;
	/** What flyctl says of the whole build. */
	readonly solving: string;
};

/** What the steps print, read from this project's files. */
export type ProjectNames = {
	readonly app: string;
	/** Names in mix.lock, with where each comes from. */
	readonly packages: readonly (readonly [name: string, source: string])[];
	readonly moduleCount: number;
};

/**
Prints a build as BuildKit does.

@param bases - Images from registries, whose metadata is loaded first.
@returns flyctl's reason where a step failed.
*/
export function* printBuild(
	steps: readonly BuildStep[],
	{
		bases,
		image,
		isCached,
		names,
	}: {
		readonly bases: readonly string[];
		readonly image: string;
		readonly isCached: boolean;
		readonly names: ProjectNames;
	},
): Generator<LogLine, string | undefined> {
	const outputs = steps.map(step => runStep(step, names));
	const usual = outputs.reduce((sum, {seconds}) => sum + seconds, 0);
	const speed = Math.min(1, longestSeconds / Math.max(1, usual)) * (isCached ? 0.04 : 1);
	let number = 0;
	const internal: readonly Internal[] = [
		[1, 'load build definition from Dockerfile', ['transferring dockerfile: 2.41kB done']],
		...bases.map((base): Internal => [2, `load metadata for ${nameImage(base)}`, []]),
		[1, 'load .dockerignore', ['transferring context: 631B done']],
		[2, 'load build context', ['transferring context: 1.18MB done']],
	];
	for (const [seconds, name, lines] of internal) {
		number++;
		yield {ms: 50, line: `#${number} [internal] ${name}`};
		const {ms} = yield* print(number, {seconds, lines}, isCached ? 0.04 : 1);
		yield {ms, line: `#${number} DONE ${seconds}.0s\n`};
	}

	for (const [at, step] of steps.entries()) {
		const output = outputs[at] ?? {seconds: 1, lines: []};
		const name = nameStep(step);
		number++;
		yield {ms: 50, line: `#${number} ${name}`};
		if (isCached && !output.failure) {
			yield {ms: 20, line: `#${number} CACHED\n`};
			continue;
		}

		const {shown, ms} = yield* print(number, output, speed);
		if (output.failure) {
			yield {ms, line: `#${number} ERROR: ${output.failure.reason}`};
			for (const line of ['------', ` > ${name}:`, ...shown.slice(-10), '------']) yield {ms: 0, line};
			return output.failure.solving;
		}

		yield {ms, line: `#${number} DONE ${output.seconds.toFixed(1)}s\n`};
	}

	number++;
	yield {ms: 1_000, line: `#${number} exporting to image`};
	yield {ms: isCached ? 120 : 3_000, line: `#${number} exporting layers 3.1s done`};
	yield {ms: 1_000, line: `#${number} exporting manifest sha256:${makeStableHex(image, 64)} done`};
	yield {ms: 1_000, line: `#${number} pushing manifest for ${image}`};
	yield {ms: 500, line: `#${number} DONE 6.0s\n`};
	return undefined;
}

type Internal = readonly [seconds: number, name: string, lines: readonly string[]];

/** However many steps there are, they take no longer together. */
const longestSeconds = 75;

function* print(
	number: number,
	{seconds, lines}: Output,
	speed: number,
): Generator<LogLine, {readonly shown: readonly string[]; readonly ms: number}> {
	const shown = lines.map((line, index, {length}) => {
		const at = (seconds * (index + 1)) / (length + 1);
		return `${at.toFixed(at < 10 ? 3 : 2)} ${line}`;
	});
	const ms = (seconds * speed * 1_000) / (shown.length + 1);
	for (const line of shown) yield {ms, line: `#${number} ${line}`};
	return {shown, ms};
}

/** `[builder  3/12] RUN …`; a stage without a name is only a number where it is the only one. */
function nameStep({stage, number, total, instruction, text}: BuildStep): string {
	const place = `${String(number).padStart(String(total).length)}/${total}`;
	const flags = [...instruction.flags].map(([name, value]) => `--${name}=${value}`);
	const words =
		instruction.keyword === 'FROM'
			? ['FROM', `${nameImage(text)}`]
			: [instruction.keyword, ...flags, text.replaceAll(/\s+/g, ' ')];
	return `[${stage === '' ? '' : `${stage} `}${place}] ${words.join(' ')}`;
}

/** Docker Hub's names in full. */
function nameImage(image: string): string {
	const [host = ''] = image.split('/');
	if (image.includes('/') && /[.:]|^localhost$/.test(host)) return image;
	return `docker.io/${image.includes('/') ? '' : 'library/'}${image}`;
}

function runStep(step: BuildStep, names: ProjectNames): Output {
	const {instruction, text, missing} = step;
	switch (instruction.keyword) {
		case 'FROM':
			return {
				seconds: 8,
				lines: ['extracting 12.4MB / 78.1MB', 'extracting 78.1MB / 78.1MB', 'done'],
			};
		case 'RUN':
			return findFailing(text) ?? runCommands(text, names);
		case 'COPY':
		case 'ADD': {
			if (missing === undefined) return {seconds: 0.4, lines: []};
			const reason = `failed to calculate checksum of ref ${makeStableHex(missing, 25)}::${makeStableHex(text, 25)}: "/${missing}": not found`;
			return {
				seconds: 0,
				lines: [],
				failure: {reason, solving: `failed to compute cache key: ${reason}`},
			};
		}
		default:
			return {seconds: 0.1, lines: []};
	}
}

/** A command that only fails: `false` or `exit 1`, perhaps after some `echo`. */
function findFailing(text: string): Output | undefined {
	const command = text.trim();
	if (!/^(?:echo\s+[^&\n]+&&\s*)*(?:false|exit [1-9]\d*)$/.test(command)) return undefined;
	const lines = [...command.matchAll(/echo\s+([^&]+?)\s*&&/g)].map(([, word = '']) =>
		word.replace(/^(["'])(.*)\1$/, '$2'),
	);
	const exit = Number(/exit (\d+)$/.exec(command)?.[1] ?? 1);
	const reason = `process ${JSON.stringify(`/bin/sh -c ${command}`)} did not complete successfully: exit code: ${exit}`;
	return {seconds: 9, lines, failure: {reason, solving: reason}};
}

/** What the usual commands of a Phoenix build print; others print nothing. */
function runCommands(text: string, names: ProjectNames): Output {
	const outputs = text.split(/&&|;|\n/).flatMap(command => {
		const known = commands.find(({shape}) => shape.test(command));
		return known ? [known.run(command, names)] : [];
	});
	return {
		seconds: Math.max(
			1,
			outputs.reduce((sum, {seconds}) => sum + seconds, 0),
		),
		lines: outputs.flatMap(({lines}) => lines),
	};
}

type KnownCommand = {readonly shape: RegExp; run(command: string, names: ProjectNames): Output};

const commands: readonly KnownCommand[] = [
	{
		shape: /\bapt(?:-get)?\b.*\binstall\b/,
		run: command => ({
			seconds: 7,
			lines: [
				'Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]',
				'Fetched 9021 kB in 2s (4511 kB/s)',
				...listPackages(command).map(name => `Setting up ${name} ...`),
			],
		}),
	},
	{
		shape: /\bapk\b.*\badd\b/,
		run: command => ({
			seconds: 3,
			lines: listPackages(command).map((name, at, {length}) => `(${at + 1}/${length}) Installing ${name}`),
		}),
	},
	{
		shape: /\bmix local\.hex\b/,
		run: () => ({seconds: 2, lines: ['* creating root/.mix/archives/hex']}),
	},
	{
		shape: /\bmix local\.rebar\b/,
		run: () => ({seconds: 1, lines: ['* creating root/.mix/elixir/rebar3']}),
	},
	{
		shape: /\bmix deps\.get\b/,
		run: (_, {packages}) => ({
			seconds: 7,
			lines: packages.map(([name, source]) => `* Getting ${name} (${source})`),
		}),
	},
	{
		shape: /\bmix deps\.compile\b/,
		run: (_, {packages}) => ({seconds: 22, lines: packages.map(([name]) => `==> ${name}`)}),
	},
	{
		shape: /\bmix assets\.setup\b/,
		run: (_, {packages}) => ({
			seconds: 2,
			lines: packages
				.filter(([name]) => /^(?:tailwind|esbuild)$/.test(name))
				.map(([name]) => `[info] ${name} is installed`),
		}),
	},
	{
		shape: /\bmix assets\.deploy\b/,
		run: () => ({seconds: 4, lines: ['Done in 412ms', 'Check your digested files at "priv/static"']}),
	},
	{
		shape: /\bmix phx\.digest\b/,
		run: () => ({seconds: 1, lines: ['Check your digested files at "priv/static"']}),
	},
	{
		shape: /\bmix compile\b/,
		run: (_, {app, moduleCount}) => ({
			seconds: 9,
			lines: [
				`Compiling ${moduleCount} ${moduleCount === 1 ? 'file' : 'files'} (.ex)`,
				`Generated ${app} app`,
			],
		}),
	},
	{
		shape: /\bmix release\b/,
		run: (command, {app}) => ({
			seconds: 5,
			lines: [
				`* assembling ${/\bmix release\s+([a-z]\w*)/.exec(command)?.[1] ?? app}`,
				'* using config/runtime.exs to configure the release at runtime',
				'Release created at _build/prod/rel',
			],
		}),
	},
	{
		shape: /\b(?:npm|yarn|pnpm|bun)\b.*\b(?:ci|install)\b/,
		run: () => ({seconds: 6, lines: ['added 214 packages in 6s']}),
	},
];

const listPackages = (command: string): readonly string[] =>
	command
		.replace(/^.*?\b(?:install|add)\b/, '')
		.split(/\s+/)
		.filter(word => /^[a-z][\w.+-]*$/.test(word));

/** Reads what the log names from the project's files: mix.lock, or mix.exs where nothing is locked yet. */
export function readProjectNames(context: BuildContext, moduleCount: number): ProjectNames {
	const mix = context.read('mix.exs') ?? '';
	const locked = [
		...(context.read('mix.lock') ?? '').matchAll(/^\s*"(\w+)":\s*\{:(\w+),\s*(?:"([^"\n]+)")?/gm),
	].map(([, name = '', kind, url]) => [name, kind === 'hex' ? 'Hex package' : (url ?? 'path')] as const);
	const wished = [...mix.matchAll(/\{:(\w+),\s*"/g)].map(([, name = '']) => [name, 'Hex package'] as const);
	return {
		app: /^\s*app:\s*:(\w+)/m.exec(mix)?.[1] ?? 'app',
		moduleCount,
		packages: locked.length > 0 ? locked : wished,
	};
}
