import {type AppDatabase, findAppDatabase} from '../elixir/database.ts';
import {findMounts} from '../fly-toml/config.ts';
import {findHiddenRelease} from '../image/release.ts';
import {readImageVariables, readMachineVariables} from '../image/variables.ts';
import {type Place, type ProtectionFacts, placeInToml, type Refusal, refuse} from './refusal.ts';

/** Finds the app's database, by the variables that the image and fly.toml set. */
export function locateDatabase({
	elixir,
	dockerfile,
	flyConfig,
}: Pick<ProtectionFacts, 'elixir' | 'dockerfile' | 'flyConfig'>): AppDatabase {
	return findAppDatabase(elixir, readMachineVariables(dockerfile, flyConfig));
}

/** Lists the files of the app's databases, as far as they are known. */
export function listDatabasePaths(found: AppDatabase): readonly string[] {
	if (found.is === 'several') return found.paths;
	return found.is === 'path' ? [found.path] : [];
}

/** Refuses an app whose database is not one file on the volume. */
export function refuseDatabase(facts: ProtectionFacts): Refusal | undefined {
	const found = locateDatabase(facts);
	switch (found.is) {
		case 'none': {
			const {module, path, line} = found.repo;
			return refuse(
				`Nothing starts ${module}, so the app writes no database that Litestream could replicate.`,
				{path, line},
				`Start ${module} in the supervision tree; or pass --profile phoenix, which has no volume and no storage.`,
			);
		}

		case 'unseen':
			return refuse(
				'Nothing in the code reads DATABASE_PATH, so Litestream would replicate a file that the app does not write.',
				facts.files.has('config/runtime.exs') ? {path: 'config/runtime.exs', line: 1} : undefined,
				"Read the database's path from it in config/runtime.exs.",
				[readLine],
			);
		case 'unclear':
			return refuse(
				`The database is ${found.text}, which only running the code would tell.`,
				found.place,
				'Read its path from DATABASE_PATH there.',
				[readLine],
			);
		case 'several':
			return refuse(
				`The app writes ${found.paths.length} databases (${found.paths.join(', ')}), and phxfly protects one.`,
				found.place,
				'Keep one, or write a litestream.yml with all of them and start Litestream yourself.',
			);
		case 'unset':
			return refuseUnset(facts, found);
		case 'path':
			return refusePath(facts, found);
	}
}

const readLine = 'database: System.fetch_env!("DATABASE_PATH")';

type Found<Is extends AppDatabase['is']> = Extract<AppDatabase, {readonly is: Is}>;

/** Another variable than DATABASE_PATH is set by editing fly.toml; a new fly.toml sets only that one. */
function refuseUnset(facts: ProtectionFacts, {variable, rest, place}: Found<'unset'>): Refusal | undefined {
	if (variable === 'DATABASE_PATH' && rest !== '') {
		return refuse(
			`The app writes ${rest} below DATABASE_PATH, and Litestream would replicate DATABASE_PATH itself.`,
			place,
			'Read the whole path from DATABASE_PATH there.',
			[readLine],
		);
	}

	if (variable !== 'DATABASE_PATH' && facts.flyConfig === undefined) {
		return refuse(
			`The database's path is in ${variable}, which nothing sets.`,
			place,
			'Read it from DATABASE_PATH there, which phxfly sets.',
			[readLine],
		);
	}

	return refuseFolder(facts, findMountFolder(facts) ?? '/data', 'app.db');
}

function refusePath(facts: ProtectionFacts, found: Found<'path'>): Refusal | undefined {
	const {flyConfig, flyTomlPath} = facts;
	const {path, variable, rest, place} = found;
	const mount = findMountFolder(facts);
	const name = path.replace(/^.*\//, '');
	const what = variable === undefined || rest !== '' ? 'The database' : variable;
	const where = (variable === undefined ? undefined : findSetting(facts, variable)) ?? place;
	const isAbsolute = path.startsWith('/');
	if (!isAbsolute || (mount !== undefined && !path.startsWith(`${mount}/`))) {
		const reason = isAbsolute
			? `${what} is ${path}, and the volume is mounted at ${mount}: the database would not be on the volume.`
			: `${what} is ${path}, which is not a path from the root.`;
		const folder = mount ?? '/data';
		if (variable === undefined) return refuse(reason, where, 'Read it from DATABASE_PATH there.', [readLine]);
		const change = `Write a path on the volume in ${flyTomlPath}, and copy an existing database there first.`;
		return refuse(reason, where, change, [
			rest === '' ? `${variable} = "${folder}/${name}"` : `${variable} = "${folder}"`,
		]);
	}

	const replicated = flyConfig?.env?.DATABASE_PATH;
	if (typeof replicated === 'string' && replicated !== path) {
		return refuse(
			`Litestream would replicate ${replicated} (DATABASE_PATH), and the app writes ${path} (${place.path}, line ${place.line}).`,
			placeInToml(facts, ['env', 'DATABASE_PATH']),
			`Name the file that the app writes in ${flyTomlPath}.`,
			[`DATABASE_PATH = "${path}"`],
		);
	}

	if (flyConfig === undefined && (variable !== 'DATABASE_PATH' || rest !== '')) {
		return refuse(
			`The app writes ${path}, and a new ${flyTomlPath} names the database by DATABASE_PATH.`,
			place,
			'Read its path from DATABASE_PATH there.',
			[readLine],
		);
	}

	return refuseFolder(facts, mount ?? path.replace(/\/[^/]*$/, ''), name);
}

function findMountFolder({flyConfig}: ProtectionFacts): string | undefined {
	const mount = flyConfig && findMounts(flyConfig)[0]?.entry.destination;
	return mount?.replace(/(?<=.)\/+$/, '');
}

/** Where a file sets a variable. */
function findSetting(facts: ProtectionFacts, name: string): Place | undefined {
	const {flyConfig, dockerfile} = facts;
	if (flyConfig?.env?.[name] !== undefined) return placeInToml(facts, ['env', name]);
	const inImage = dockerfile && readImageVariables(dockerfile, flyConfig).get(name);
	return dockerfile && inImage && {path: dockerfile.path, line: inImage.line};
}

/** Refuses a folder of the volume that has the release in it. */
function refuseFolder(
	{dockerfile, flyTomlPath}: ProtectionFacts,
	folder: string,
	name: string,
): Refusal | undefined {
	const release = findHiddenRelease(folder, dockerfile);
	if (!release) return undefined;
	return refuse(
		`A volume at ${folder} would hide the app itself, which the image has at ${release.folder}.`,
		release.place,
		`Give the database its own folder in ${flyTomlPath}.`,
		[`DATABASE_PATH = "/data/${name || 'app.db'}"`],
	);
}
