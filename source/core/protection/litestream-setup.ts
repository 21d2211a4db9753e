import {Failure} from '../errors/failure.ts';
import type {FlyConfig} from '../fly-toml/config.ts';
import type {Dockerfile} from '../image/dockerfile.ts';
import {type Command, followStart, type Running} from '../image/running.ts';
import {readMachineVariables} from '../image/variables.ts';
import {readLitestreamConfig} from '../litestream/config.ts';
import {resolveSetting, writeParts} from '../litestream/setting.ts';
import {findSwitches, type Switch} from './switches.ts';

export type SetupFault = {
	readonly what:
		| 'no-exec'
		| 'background'
		| 'no-restore'
		| 'restore-fails'
		| 'restore-swallowed'
		| 'restore-elsewhere'
		| 'config-elsewhere'
		| 'other-database';
	readonly path: string;
	/** Counted from 1. */
	readonly line: number;
	/** A sentence. */
	readonly message: string;
	/** A sentence: what would have to change. */
	readonly change: string;
	/** The exact lines, where lines would do. */
	readonly lines: readonly string[];
	/** With it, nothing is replicated, the app does not boot, or it boots empty on a new volume. */
	readonly isFatal: boolean;
};

/** How the image itself runs Litestream. */
export type LitestreamSetup =
	/** Nothing that the image starts runs `litestream replicate`. */
	| {readonly is: 'none'}
	/** The image starts what is not in the project, or cannot be read. */
	| {readonly is: 'unclear'; readonly why: string; readonly path: string; readonly line: number}
	| {readonly is: 'sound'; readonly path: string; readonly line: number; readonly switches: readonly Switch[]}
	| {
			readonly is: 'unsound';
			readonly path: string;
			readonly line: number;
			readonly switches: readonly Switch[];
			readonly faults: readonly SetupFault[];
	  };

type Project = {
	readonly files: ReadonlyMap<string, string>;
	readonly dockerfile: Dockerfile;
	readonly flyConfig: FlyConfig | undefined;
	/** Of the app, as far as they are known. */
	readonly databasePaths: readonly string[];
};

const restoreLine = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"';

/**
Finds how an app's own image runs Litestream: by CMD or ENTRYPOINT, or by scripts they start, and what is wrong with that. Pure; no text
makes it fail.

@param running - Of an earlier reading.
*/
export function findLitestreamSetup(
	project: Project,
	{commands, image}: Running = followStart(project.dockerfile, project.files, project.flyConfig),
): LitestreamSetup {
	const replicate = commands.find(({text}) => isLitestream(text, 'replicate') && !/\s-once\b/.test(text));
	if (!replicate) {
		const missing = commands.find(({missing: file}) => file !== undefined);
		return missing && project.dockerfile.hasLitestream
			? {
					is: 'unclear',
					why: `${missing.missing} is not in the project`,
					path: missing.path,
					line: missing.line,
				}
			: {is: 'none'};
	}

	const faults = [
		...findStartFaults(replicate),
		...findRestoreFaults(commands, replicate, project.databasePaths),
		...findConfigFaults(project, image.places, replicate),
	];
	const {path, line} = replicate;
	const switches = [...findSwitches(commands, replicate), ...findUrls(commands, replicate)];
	const found = {path, line, switches};
	return faults.length === 0 ? {is: 'sound', ...found} : {is: 'unsound', ...found, faults};
}

const isLitestream = (text: string, command: string): boolean =>
	new RegExp(String.raw`(?:^|[\s/;&(])litestream["']?\s+${command}\b`).test(text);

const at = ({path, line}: Pick<Command, 'path' | 'line'>) => ({path, line});

function findStartFaults(replicate: Command): readonly SetupFault[] {
	if (replicate.isBackground || !/\s-exec\b/.test(replicate.text)) {
		return [
			{
				what: 'background',
				...at(replicate),
				message: 'Litestream runs beside the app, and the app continues unprotected when it stops.',
				change: 'Let Litestream run the app, and the shell give way to it.',
				lines: ['exec litestream replicate -exec "/app/bin/server"'],
				isFatal: true,
			},
		];
	}

	const waiting = [replicate, ...replicate.callers].find(({isExec}) => !isExec);
	if (!waiting) return [];
	return [
		{
			what: 'no-exec',
			...at(waiting),
			message:
				'A shell stays between Fly and Litestream and does not forward the signal, so Litestream cannot send the last changes.',
			change: 'Let the shell give way to it.',
			lines: [`exec ${waiting.text}`],
			isFatal: false,
		},
	];
}

function findRestoreFaults(
	commands: readonly Command[],
	replicate: Command,
	[databasePath]: readonly string[],
): readonly SetupFault[] {
	if (/\s-restore-if-db-not-exists\b/.test(replicate.text)) return [];
	const before = commands.slice(0, commands.indexOf(replicate));
	const restore = before.find(({text}) => isLitestream(text, 'restore'));
	if (!restore) {
		return [
			{
				what: 'no-restore',
				...at(replicate),
				message: 'Nothing restores an empty volume: after its loss, an empty database replaces the replica.',
				change: 'Restore before this line.',
				lines: [restoreLine],
				isFatal: true,
			},
		];
	}

	const {text} = restore;
	const isAsked = before.some(command => /(?:\[\[?|\btest)\s+!?\s*-[efs]\s/.test(command.text));
	const faults: SetupFault[] = [];
	const failing = {
		what: 'restore-fails',
		...at(restore),
		change: 'Restore only what is missing and there.',
		lines: [restoreLine],
		isFatal: !restore.isSwallowed,
	} as const;
	if (!/\s-if-db-not-exists\b/.test(text) && !isAsked) {
		const message = 'restore fails when the database exists, so the second boot fails.';
		faults.push({...failing, message});
	}

	if (!/\s-if-replica-exists\b/.test(text)) {
		const message = 'restore fails until a replica exists, so the first boot fails.';
		faults.push({...failing, message});
	}

	const [, target] = /\s-o[\s=]+["']?(\/[^\s"'$]+)/.exec(text) ?? [];
	const isRenamed = before.some(command => /^(?:mv|cp|ln|install)\s/.test(command.text));
	if (target !== undefined && databasePath !== undefined && target !== databasePath && !isRenamed) {
		faults.push({
			what: 'restore-elsewhere',
			...at(restore),
			message: `Litestream restores ${target}, and the app writes ${databasePath}.`,
			change: 'Restore the file that the app writes.',
			lines: [restoreLine],
			isFatal: true,
		});
	}

	if (restore.isSwallowed) {
		const message =
			'A restore that fails does not stop the boot: an empty database then replaces the replica.';
		const change = 'Remove what follows ||, and begin the script with set -e.';
		faults.push({what: 'restore-swallowed', ...at(restore), message, change, lines: [], isFatal: false});
	}

	return faults;
}

function findConfigFaults(
	{files, dockerfile, flyConfig, databasePaths}: Project,
	copies: ReadonlyMap<string, string>,
	replicate: Command,
): readonly SetupFault[] {
	const {text} = replicate;
	// A database and the URL of its replica on the command line need no file.
	if (/\b(?:s3|abs|gs|sftp|file|nats|oss|webdav):\/\/|\$\{?\w*URL\b/.test(text)) return [];
	const set = readMachineVariables(dockerfile, flyConfig);
	const wanted =
		/\s-config[\s=]+["']?([^\s"']+)/.exec(text)?.[1] ?? set.get('LITESTREAM_CONFIG') ?? '/etc/litestream.yml';
	const own = copies.get(wanted);
	const [elsewhere] = [...copies].filter(([, source]) => source.endsWith('litestream.yml'));
	if (own === undefined) {
		if (!elsewhere || wanted.includes('$')) return [];
		const line =
			1 + dockerfile.text.split('\n').findIndex(each => /^\s*(?:COPY|ADD)\b.*litestream\.yml/i.test(each));
		const message = `Litestream reads ${wanted}, but the image has its file at ${elsewhere[0]}.`;
		return [
			{
				what: 'config-elsewhere',
				path: dockerfile.path,
				line,
				message,
				change: 'Copy it to where Litestream looks.',
				lines: [`COPY ${elsewhere[1]} ${wanted}`],
				isFatal: true,
			},
		];
	}

	return findOtherDatabase(own, files.get(own), databasePaths, set);
}

function findOtherDatabase(
	path: string,
	source: string | undefined,
	databasePaths: readonly string[],
	environment: ReadonlyMap<string, string>,
): readonly SetupFault[] {
	const [databasePath] = databasePaths;
	if (source === undefined || databasePath === undefined) return [];
	const known = new Map([['DATABASE_PATH', databasePath], ...environment]);
	try {
		const paths = readLitestreamConfig(path, source).databases.flatMap(({path: setting}) => {
			const resolved = setting && resolveSetting(setting, known);
			return resolved?.parts.every(({is}) => is === 'literal')
				? [{line: setting?.line ?? 1, text: writeParts(resolved.parts)}]
				: [];
		});
		const [first] = paths;
		const missed = databasePaths.find(each => paths.every(({text}) => text !== each));
		if (!first || missed === undefined) return [];
		return [
			{
				what: 'other-database',
				path,
				line: first.line,
				message: `Litestream would replicate ${first.text}, and the app writes ${missed}.`,
				change:
					databasePaths.length > 1 ? 'Add that database there.' : 'Name the database by its variable there.',
				lines: databasePaths.length > 1 ? [`- path: ${missed}`] : [`- path: \${DATABASE_PATH}`],
				isFatal: true,
			},
		];
	} catch (error) {
		// The plan and doctor report a file that Litestream rejects.
		if (error instanceof Failure) return [];
		throw error;
	}
}

/** Finds the variables that the start gives to Litestream as the URL of a replica. */
function findUrls(commands: readonly Command[], replicate: Command): readonly Switch[] {
	const found = commands.slice(0, commands.indexOf(replicate) + 1).flatMap(({text, path, line}) => {
		if (!isLitestream(text, 'restore') && !isLitestream(text, 'replicate')) return [];
		const name = /\s["']?\$\{?(\w*URL\w*)\}?["']?\s*$/.exec(text)?.[1];
		return name === undefined ? [] : [{name, path, line, isUrl: true} as const];
	});
	return found.filter(({name}, index) => found.findIndex(other => other.name === name) === index);
}
