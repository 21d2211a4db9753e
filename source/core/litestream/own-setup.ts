import {Failure} from '../errors/failure.ts';
import {readLitestreamConfig} from './config.ts';
import {resolveSetting, writeParts} from './setting.ts';
import {type Command, readImageStart, readScript} from './start-scripts.ts';

export type SetupFault = {
	readonly what:
		| 'no-exec'
		| 'background'
		| 'no-restore'
		| 'restore-fails'
		| 'restore-swallowed'
		| 'config-elsewhere'
		| 'other-database';
	readonly path: string;
	/** Counted from 1. */
	readonly line: number;
	readonly message: string;
	/** What to write there. */
	readonly fix: string;
};

/** A line that runs the app without Litestream unless a variable is set. */
type Switch = {readonly name: string; readonly path: string; readonly line: number};

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
	readonly dockerfile: {readonly path: string; readonly text: string};
	/** Of the app, where it is known. */
	readonly databasePath?: string | undefined;
	/** Variables of fly.toml's [env]. */
	readonly environment?: ReadonlyMap<string, string>;
};

const restoreLine = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"';

/**
Finds how an app's own image runs Litestream: by CMD or ENTRYPOINT, or by scripts they start, and what is wrong with that. Pure; no text
makes it fail.
*/
export function findLitestreamSetup(project: Project): LitestreamSetup {
	const image = readImageStart(project.dockerfile, project.files);
	if (!image) return {is: 'none'};
	const commands = readScript(image, project.files);
	const replicate = commands.find(({text}) => isLitestream(text, 'replicate'));
	if (!replicate) {
		const missing = commands.find(({missing: file}) => file !== undefined);
		return missing && /litestream/i.test(project.dockerfile.text)
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
		...findRestoreFaults(commands, replicate),
		...findConfigFaults(project, image.copies, replicate),
	];
	const {path, line} = replicate;
	const found = {path, line, switches: findSwitches(commands)};
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
				fix: 'Let Litestream run the app: exec litestream replicate -exec "COMMAND".',
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
			fix: `exec ${waiting.text}`,
		},
	];
}

function findRestoreFaults(commands: readonly Command[], replicate: Command): readonly SetupFault[] {
	if (/\s-restore-if-db-not-exists\b/.test(replicate.text)) return [];
	const before = commands.slice(0, commands.indexOf(replicate));
	const restore = before.find(({text}) => isLitestream(text, 'restore'));
	if (!restore) {
		const message =
			'Nothing restores an empty volume: after its loss, an empty database replaces the replica.';
		return [{what: 'no-restore', ...at(replicate), message, fix: `${restoreLine}, before this line.`}];
	}

	const {text} = restore;
	const isAsked = before.some(command => /(?:\[\[?|\btest)\s+!?\s*-[efs]\s/.test(command.text));
	const faults: SetupFault[] = [];
	if (!/\s-if-db-not-exists\b/.test(text) && !isAsked) {
		const message = 'restore fails when the database exists, so the second boot fails.';
		faults.push({what: 'restore-fails', ...at(restore), message, fix: restoreLine});
	}

	if (!/\s-if-replica-exists\b/.test(text)) {
		const message = 'restore fails until a replica exists, so the first boot fails.';
		faults.push({what: 'restore-fails', ...at(restore), message, fix: restoreLine});
	}

	if (restore.isSwallowed) {
		const message =
			'A restore that fails does not stop the boot: an empty database then replaces the replica.';
		const fix = 'Remove what follows ||, and begin the script with set -e.';
		faults.push({what: 'restore-swallowed', ...at(restore), message, fix});
	}

	return faults;
}

function findConfigFaults(
	{files, dockerfile, databasePath, environment = new Map()}: Project,
	copies: ReadonlyMap<string, string>,
	replicate: Command,
): readonly SetupFault[] {
	const {text} = replicate;
	// A database and the URL of its replica on the command line need no file.
	if (/\b(?:s3|abs|gs|sftp|file|nats|oss|webdav):\/\/|\$\{?\w*URL\b/.test(text)) return [];
	const wanted =
		/\s-config[\s=]+["']?([^\s"']+)/.exec(text)?.[1] ??
		/^\s*ENV\s+(?:[^\n]*\s)?LITESTREAM_CONFIG[=\s]+["']?([^\s"']+)/im.exec(dockerfile.text)?.[1] ??
		'/etc/litestream.yml';
	const own = copies.get(wanted);
	const [elsewhere] = [...copies].filter(([, source]) => source.endsWith('litestream.yml'));
	if (own === undefined) {
		if (!elsewhere || wanted.includes('$')) return [];
		const line =
			1 + dockerfile.text.split('\n').findIndex(each => /^\s*(?:COPY|ADD)\b.*litestream\.yml/i.test(each));
		const message = `Litestream reads ${wanted}, but the image has its file at ${elsewhere[0]}.`;
		const fix = `COPY ${elsewhere[1]} ${wanted}`;
		return [{what: 'config-elsewhere', path: dockerfile.path, line, message, fix}];
	}

	return findOtherDatabase(own, files.get(own), databasePath, environment);
}

function findOtherDatabase(
	path: string,
	source: string | undefined,
	databasePath: string | undefined,
	environment: ReadonlyMap<string, string>,
): readonly SetupFault[] {
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
		if (!first || paths.some(({text}) => text === databasePath)) return [];
		const message = `Litestream replicates ${first.text}, but the app writes ${databasePath}.`;
		return [{what: 'other-database', path, line: first.line, message, fix: 'path: $DATABASE_PATH'}];
	} catch (error) {
		// The plan and doctor report a file that Litestream rejects.
		if (error instanceof Failure) return [];
		throw error;
	}
}

/** Finds the variables without which a script runs the app unprotected: `if [ -n "$NAME" ]` around replicate. */
function findSwitches(commands: readonly Command[]): readonly Switch[] {
	const found = commands.flatMap(command => {
		const name = /^(?:el)?if\s+\[\[?\s+(?:!\s+)?-[nz]\s+"?\$\{?(\w+)/.exec(command.text)?.[1];
		return name === undefined ? [] : [{name, ...at(command)}];
	});
	return found.filter(({name}, index) => found.findIndex(other => other.name === name) === index);
}
