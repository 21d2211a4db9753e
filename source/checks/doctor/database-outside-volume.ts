import type {DoctorFacts, FlyTomlFacts} from '../../core/doctor/facts.ts';
import {isBelow, reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import type {AppDatabase} from '../../core/elixir/database.ts';
import {findMounts} from '../../core/fly-toml/config.ts';
import {readCopy} from '../../core/image/dockerfile.ts';
import {readImageVariables} from '../../core/image/variables.ts';
import {listUncommented} from '../../core/text/lines.ts';

/** `/mnt/name` and `/mnt/name/name.db`, which fly launch writes, are a mount and a file on it like any other. */
export const databaseOutsideVolume: Rule = {
	id: 'database-outside-volume',
	title: 'The database is not on the volume',
	why: 'Everything outside the volume is lost with each deploy and each move to another host. The app starts empty, without an error.',

	check(facts) {
		const {flyToml, hasSqlite, liteFs, database, secrets} = facts;
		// LiteFS mounts the database's folder itself.
		if (!flyToml || !hasSqlite || liteFs || !database) return [];
		if ('variable' in database && database.variable !== undefined && secrets?.has(database.variable))
			return [];
		const folders = findMounts(flyToml.config).map(({entry}) => entry.destination);
		const isRestored = isRestoredAtBoot(facts);
		if (folders.length === 0) return isRestored || isInImage(facts, database) ? [] : [reportNoMount(flyToml)];
		const [folder] = folders;
		if (folder === undefined || folders.includes(undefined)) return [];
		switch (database.is) {
			case 'none':
			case 'unseen':
				return [];
			case 'unset': {
				const {variable, place} = database;
				const message = `${variable} is not in [env], so phxfly cannot tell where the database is (${place.path}, line ${place.line}).`;
				const fix = `Set ${variable} in [env], so that the database is in ${folder}.`;
				return [{...reportInToml(flyToml, ['env', variable], message, fix), status: 'could-not-tell'}];
			}

			case 'unclear': {
				const message = `The database is ${database.text}, which only running the code would tell.`;
				const fix = `Check that it is in ${folder}.`;
				return [{status: 'could-not-tell', ...database.place, message, fix}];
			}

			case 'several':
				return database.paths
					.filter(path => path.startsWith('/') && !folders.some(each => isBelow(path, each ?? '')))
					.map(path => ({status: 'wrong', ...database.place, ...explain('The database', path, folder)}));
			case 'path': {
				const {path, variable, rest, place} = database;
				if (folders.some(each => isBelow(path, each ?? ''))) return [];
				if (isRestored && holdsSomethingElse(flyToml, folder)) return [];
				const name = variable === undefined || rest !== '' ? 'The database' : variable;
				const where = variable === undefined ? undefined : findPlace(facts, variable);
				return [{status: 'wrong', ...(where ?? place), ...explain(name, path, folder)}];
			}
		}
	},
};

const reportNoMount = (flyToml: FlyTomlFacts): Problem =>
	reportInToml(
		flyToml,
		['mounts'],
		'The app keeps its data in SQLite, but fly.toml does not mount a volume.',
		'Run phxfly setup. It adds the mount and creates the volume.',
	);

function explain(name: string, path: string, folder: string) {
	const wanted = `${folder.replace(/\/+$/, '')}/${path.split('/').at(-1) || 'app.db'}`;
	return {
		message: `${name} is ${path}; the volume is mounted at ${folder}.`,
		fix: `If the data should outlive a deploy, move the file to ${wanted} and name it there.`,
	};
}

/** Where a file sets a variable. */
function findPlace({flyToml, dockerfile}: DoctorFacts, name: string) {
	if (flyToml?.config.env?.[name] !== undefined) {
		return {path: flyToml.path, line: flyToml.lineOf(['env', name])};
	}

	const inImage = dockerfile && readImageVariables(dockerfile, flyToml?.config).get(name);
	return dockerfile && inImage && {path: dockerfile.path, line: inImage.line};
}

/** A replica that is restored before each start keeps the data, wherever the file is. */
const isRestoredAtBoot = ({usesLitestream, scripts, dockerfile}: DoctorFacts): boolean =>
	usesLitestream &&
	[dockerfile?.starts ?? '', ...scripts.map(({text}) => text)].some(text =>
		listUncommented(text).some(line => /\blitestream["',\s]+restore\b/.test(line.text)),
	);

const holdsSomethingElse = (flyToml: FlyTomlFacts, folder: string): boolean =>
	Object.values(flyToml.config.env ?? {}).some(value => isBelow(String(value), folder));

/** The image brings the file itself, with what is in it. */
const isInImage = ({dockerfile}: DoctorFacts, database: AppDatabase): boolean =>
	database.is === 'path' &&
	(dockerfile?.chain ?? [])
		.flatMap(({instructions}) => instructions)
		.some(instruction => readCopy(instruction)?.destination === database.path);
