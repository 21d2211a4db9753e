import {createHash} from 'node:crypto';
import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {projectName} from './scenarios.ts';

const folder = fileURLToPath(new URL('../fixtures/states', import.meta.url));
export const fixturePath = (name: string) => join(folder, name);

/** A file's lines: in this form the repository's formatter does not change them. */
type Texts = Readonly<Record<string, readonly string[]>>;

/** The state of a setup, as one build left it on the disk. Words between `@` are placeholders for this computer. */
export type SavedState = {
	/** Name of the project's own fixture. */
	readonly project: string;
	readonly world: readonly string[];
	/** Files of the state folder, those of the copied project only where they differ from the project's. */
	readonly state: Texts;
	/** Unchanged files of the copied project. */
	readonly copied: readonly string[];
	/** Executable files. */
	readonly executable: readonly string[];
};

const readFixture = <T>(name: string) => JSON.parse(readFileSync(fixturePath(`${name}.json`), 'utf8')) as T;

export const readSavedState = (name: string) => readFixture<SavedState>(name);

export function placeProject(name: string, rehearsal: Rehearsal): void {
	for (const [path, lines] of Object.entries(readFixture<Texts>(name))) {
		write(join(rehearsal.folder, projectName, path), lines.join('\n'));
	}
}

/** Returns the name of a state folder. It must never change, so that phxfly finds the folder of an earlier build. */
function nameStateFolder({folder, worldPath}: Rehearsal): string {
	const key = createHash('sha256').update(`${join(folder, projectName)}\0${worldPath}`);
	return `rehearsal-${projectName}-${key.digest('hex').slice(0, 12)}`;
}

const placesOf = (rehearsal: Rehearsal): readonly (readonly [string, string])[] => [
	[rehearsal.folder, '@WORK@'],
	[rehearsal.stateHome, '@STATE@'],
	[nameStateFolder(rehearsal), '@STATE-FOLDER@'],
];

/** Writes project, world, and state folder where the program expects them, as if no time had passed. */
export function placeState(
	{project, world, state, copied, executable}: SavedState,
	rehearsal: Rehearsal,
): void {
	placeProject(project, rehearsal);
	const toText = (lines: readonly string[]) =>
		placesOf(rehearsal)
			.reduce((text, [path, word]) => text.replaceAll(word, path), lines.join('\n'))
			.replaceAll('@HOST@', hostname())
			.replaceAll('@NOW@', String(Date.now()));
	write(rehearsal.worldPath, toText(world), 0o600);
	const stateFolder = join(rehearsal.stateHome, 'phxfly', nameStateFolder(rehearsal));
	for (const path of copied) {
		write(
			join(stateFolder, 'project', path),
			readFileSync(join(rehearsal.folder, projectName, path), 'utf8'),
		);
	}

	for (const [path, lines] of Object.entries(state)) {
		write(join(stateFolder, path), toText(lines), path.startsWith('project/') ? 0o644 : 0o600);
	}

	for (const path of executable) chmodSync(join(stateFolder, path), 0o755);
	for (const part of [stateFolder, dirname(stateFolder)]) chmodSync(part, 0o700);
}

function write(path: string, text: string, mode = 0o644): void {
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, text, {mode});
}

export const toProjectFixture = (project: string): Texts =>
	Object.fromEntries(
		[...readTree(project)].map(([path, bytes]) => [path, bytes.toString('utf8').split('\n')] as const).sort(),
	);

/** Returns what a run left, without logs. */
export function saveState(project: string, rehearsal: Rehearsal): SavedState {
	const toLines = (text: string) =>
		placesOf(rehearsal)
			.reduce((all, [path, word]) => all.replaceAll(path, word), text)
			.replaceAll(`"${hostname()}"`, '"@HOST@"')
			.split('\n');
	const stateFolder = rehearsal.stateFolder();
	const own = readTree(join(rehearsal.folder, projectName));
	const files = [...readTree(stateFolder)].filter(
		([path]) => path !== 'run.log' && !path.startsWith('dot-fly/logs'),
	);
	const copyPrefix = 'project/';
	const isCopied = ([path, bytes]: readonly [string, Buffer]) =>
		path.startsWith(copyPrefix) && (own.get(path.slice(copyPrefix.length))?.equals(bytes) ?? false);
	const kept = files.filter(file => !isCopied(file));
	return {
		project,
		world: toLines(readFileSync(rehearsal.worldPath, 'utf8').replace(/"realMs": \d+/, '"realMs": @NOW@')),
		state: Object.fromEntries(
			kept.map(([path, bytes]) => [path, toLines(bytes.toString('utf8'))] as const).sort(),
		),
		copied: files
			.filter(isCopied)
			.map(([path]) => path.slice(copyPrefix.length))
			.sort(),
		executable: kept
			.map(([path]) => path)
			.filter(path => (statSync(join(stateFolder, path)).mode & 0o100) > 0),
	};
}

export const listStateFiles = (rehearsal: Rehearsal): readonly string[] =>
	readdirSync(rehearsal.stateFolder());
