import {findMounts} from '../fly-toml/config.ts';
import {findBaseEntrypoint} from '../image/base-images.ts';
import {locateDatabase} from '../protection/database.ts';
import {listCode} from './code.ts';
import type {DoctorFacts} from './facts.ts';
import {isBelow} from './findings.ts';
import {isImageKnown, listStartTexts, startsUnseen} from './start.ts';

/** Code that copies a SQLite database. */
const copying = /\bVACUUM\s+INTO\b|\.backup\b|\bSqlite3\.(?:serialize|backup)\b/i;

/** A person has to ask for such a copy. */
const isOnRequest = /_web\/|\/mix\/tasks\//;

/** Programs that bring copies elsewhere. */
const backups = /\b(?:rclone|restic|borg|s3cmd|sqlite3_rsync|turso)\b|\baws\s+s3\s+(?:cp|sync)\b/i;

/** Their own files say what they start. */
const supervisors = /\b(?:supervisord|s6-\w+|runsvdir|foreman|overmind|hivemind|honcho|goreman|circusd)\b/;

/** Tells whether it is sure that nothing which Fly starts runs Litestream. */
export function isWithoutLitestream(facts: DoctorFacts): boolean {
	const {dockerfile, liteFs, dependencies, files} = facts;
	if (!isImageKnown(facts) || liteFs || dependencies.has('litestream')) return false;
	// An image from elsewhere may start Litestream by itself.
	if (findBaseEntrypoint(dockerfile?.chain[0]?.base ?? '') === undefined) return false;
	if (dockerfile?.hasLitestream && startsUnseen(facts)) return false;
	return !(
		listStartTexts(facts).some(text => /\blitestream\b/i.test(text) || supervisors.test(text)) ||
		listCode(files).some(({text}) => /"(?:[\w./-]*\/)?litestream"/.test(text)) ||
		dockerfile?.instructions.some(({text}) => /litefs/i.test(text))
	);
}

/** Returns the path of a started SQLite database that is on the volume, and that nothing copies elsewhere; `undefined` if that is not sure. */
export function findUnreplicated(facts: DoctorFacts): string | undefined {
	const {flyToml, files, dockerfile} = facts;
	if (!flyToml || !isWithoutLitestream(facts)) return undefined;
	const started = [dockerfile?.text ?? '', ...listStartTexts(facts)];
	if (started.some(text => copying.test(text) || backups.test(text))) return undefined;
	if (listCode(files).some(({path, text}) => !isOnRequest.test(path) && copying.test(text))) return undefined;
	const mounts = findMounts(flyToml.config).flatMap(({entry}) => entry.destination ?? []);
	return listDatabases(facts).find(path => mounts.some(mount => isBelow(path, mount)));
}

function listDatabases({elixir, dockerfile, flyToml, secrets}: DoctorFacts): readonly string[] {
	const repos = (elixir?.repos ?? []).filter(
		({family, isStarted, adapter}) =>
			family === 'sqlite' && isStarted === 'yes' && !/libsql|turso/i.test(adapter),
	);
	if (!elixir || repos.length === 0) return [];
	const {environment, started, unread} = elixir;
	const found = locateDatabase({
		elixir: {repos, environment, started, unread},
		dockerfile,
		flyConfig: flyToml?.config,
	});
	if (found.is === 'several') return found.paths;
	// A secret takes the place of what the files set.
	const isHidden = found.is === 'path' && found.variable !== undefined && secrets?.has(found.variable);
	return found.is === 'path' && !isHidden ? [found.path] : [];
}

/**
Returns the files that bring Litestream into the image of such a database, where everything else that it needs is there: its
secrets, and DATABASE_PATH.
*/
export function findAddableLitestream(facts: DoctorFacts) {
	const {protection, flyToml, secrets} = facts;
	const isSet = (name: string) => secrets?.has(name) === true;
	const hasKeys = ['LITESTREAM', 'AWS'].some(
		prefix => isSet(`${prefix}_ACCESS_KEY_ID`) && isSet(`${prefix}_SECRET_ACCESS_KEY`),
	);
	if (protection?.is !== 'splice' || !isSet('LITESTREAM_REPLICA_URL') || !hasKeys) return undefined;
	const database = findUnreplicated(facts);
	const isNamed = database !== undefined && database === flyToml?.config.env?.DATABASE_PATH;
	return isNamed ? protection.files : undefined;
}
