import {findMounts} from '../fly-toml/config.ts';
import {findBaseEntrypoint} from '../image/base-images.ts';
import {type Dockerfile, isCopied} from '../image/dockerfile.ts';
import {findDisagreement} from '../image/ranges.ts';
import {followStart, type Running} from '../image/running.ts';
import {type ImageStart, readImageStart, readLaunch} from '../image/start.ts';
import {findIgnoringLine} from '../text/ignore-file.ts';
import {resolveFrom} from '../text/paths.ts';
import {listDatabasePaths, locateDatabase, refuseDatabase} from './database.ts';
import {findLitestreamSetup} from './litestream-setup.ts';
import {type Protection, type ProtectionFacts, type Refusal, refuse} from './refusal.ts';
import {refuseFlyToml, refuseLitefs, refuseLitestreamChild, refuseStart} from './refusals.ts';
import {spliceDockerfile} from './splice.ts';

/** Finds out whether a database on a volume is replicated, and how it can be. Pure: nothing is written. */
export function findProtection(facts: ProtectionFacts): Protection {
	const refusal = refuseFlyToml(facts) ?? refuseLitestreamChild(facts);
	if (refusal) return refusal;
	const {dockerfile, image} = facts;
	if (!dockerfile) {
		return image === undefined ? (refuseDatabase(facts) ?? judgeTemplate(facts)) : refuseImage(facts, image);
	}

	const unreadable = dockerfile.unreadable ?? findDisagreement(dockerfile);
	if (unreadable) {
		return refuse(
			`phxfly cannot read line ${unreadable.line} of ${dockerfile.path} for sure: ${unreadable.why}.`,
			{path: dockerfile.path, line: unreadable.line},
			'Write that line another way; a heredoc begins with <<EOF, without a blank.',
		);
	}

	const running = followStart(dockerfile, facts.files, facts.flyConfig);
	const litefs = refuseLitefs(dockerfile, running);
	if (litefs) return litefs;
	const started = judgeLitestream(facts, dockerfile, running);
	if (started) return started;
	if (image !== undefined) return refuseImage(facts, image);
	const start = readImageStart(dockerfile);
	const launch = readLaunch(start, facts.flyConfig);
	return (
		refuseStart(facts, dockerfile, {start, launch, running}) ??
		refuseDatabase(facts) ??
		planSplice(facts, dockerfile, start)
	);
}

/** Judges an image that starts Litestream already; `undefined` for one that does not. */
function judgeLitestream(
	facts: ProtectionFacts,
	dockerfile: Dockerfile,
	running: Running,
): Protection | undefined {
	const {files, flyConfig} = facts;
	const database = locateDatabase(facts);
	const databasePaths = listDatabasePaths(database);
	const setup = findLitestreamSetup({files, dockerfile, flyConfig, databasePaths}, running);
	if (setup.is === 'sound' || setup.is === 'unsound') {
		const {path, line, switches} = setup;
		const fault = setup.is === 'unsound' ? setup.faults.find(({isFatal}) => isFatal) : undefined;
		if (fault) {
			const place = {path: fault.path, line: fault.line};
			return refuse(fault.message, place, fault.change, fault.lines);
		}

		return (
			(database.is === 'none' ? refuseDatabase(facts) : undefined) ??
			refuseOffVolume(facts, databasePaths) ?? {is: 'ready', place: {path, line}, switches}
		);
	}

	// Our own script, which a plan writes when it is missing.
	const isOurs =
		dockerfile.hasLitestream &&
		running.commands.some(({text}) => /\/entrypoint\b/.test(text)) &&
		!files.has('rel/entrypoint.sh') &&
		isCopied(dockerfile, 'rel/entrypoint.sh');
	if (isOurs) return {is: 'ready', place: undefined, switches: []};
	if (setup.is === 'none') return undefined;
	const {why, path, line} = setup;
	return refuse(
		`The image has Litestream, and ${why}: phxfly cannot tell whether it starts it.`,
		{path, line},
		'Keep that script in the project, or start Litestream without it.',
		['CMD ["litestream", "replicate", "-restore-if-db-not-exists", "-exec", "/app/bin/server"]'],
	);
}

/** A database of litestream.yml outside the volume, where the app's own path is in no file. */
function refuseOffVolume(
	{files, flyConfig}: ProtectionFacts,
	databasePaths: readonly string[],
): Refusal | undefined {
	const [path, text = ''] = [...files].find(([name]) => name.endsWith('litestream.yml')) ?? [];
	const found = /^[ \t]*-[ \t]+path:[ \t]*["']?(\/[^\s"'#$]+)["']?[ \t]*(?:#.*)?$/m.exec(text);
	const replicated = found?.[1];
	const mount = flyConfig && findMounts(flyConfig)[0]?.entry.destination?.replace(/(?<=.)\/+$/, '');
	if (path === undefined || !found || replicated === undefined || mount === undefined) return undefined;
	if (databasePaths.length > 0 || replicated.startsWith(`${mount}/`)) return undefined;
	return refuse(
		`Litestream would replicate ${replicated}, which is not on the volume: that one is mounted at ${mount}.`,
		{path, line: text.slice(0, found.index).split('\n').length},
		'Name the file that the app writes, on the volume.',
		[`- path: ${mount}/${replicated.replace(/^.*\//, '')}`],
	);
}

/** For a project without a Dockerfile: phxfly writes one, which uses the scripts that are there. */
function judgeTemplate({files}: ProtectionFacts): Protection {
	const path = ['rel/entrypoint.sh', 'entrypoint.sh'].find(name => files.has(name));
	const text = path === undefined ? undefined : files.get(path);
	if (path === undefined || text === undefined || /\blitestream\b.*\breplicate\b/.test(text))
		return {is: 'ready', place: undefined, switches: []};
	return refuse(
		`${path} is there and does not start Litestream.`,
		{path, line: 1},
		'Rename it, so that phxfly can write its own; or let it end with Litestream, which runs the app.',
		['exec litestream replicate -exec "/app/bin/server"'],
	);
}

const refuseImage = ({dockerfile}: ProtectionFacts, image: string): Refusal =>
	refuse(
		dockerfile
			? `The image ${image} is not built here, and ${dockerfile.path} does not start Litestream.`
			: `The image ${image} is not built here, and there is no Dockerfile that shows whether it starts Litestream.`,
		dockerfile && {path: dockerfile.path, line: dockerfile.chain.at(-1)?.from.line ?? 1},
		'Run phxfly without --image first: it adds Litestream to the Dockerfile. Then build the image from that.',
	);

/** Our lines and files, if nothing of the project is in their way. */
function planSplice(facts: ProtectionFacts, dockerfile: Dockerfile, start: ImageStart): Protection {
	const {files, flyConfig, templates, litestreamVersion} = facts;
	const other = [...files.keys()].find(path => path.endsWith('litestream.yml') && !isOurs(facts, path));
	if (other !== undefined) {
		return refuse(
			`${other} is there and is not phxfly's, and ${dockerfile.path} does not start Litestream.`,
			{path: other, line: 1},
			`Delete or rename ${other}, so that phxfly can write its own.`,
		);
	}

	const taken = files.get('rel/entrypoint.sh');
	if (taken !== undefined && taken !== templates.get('rel/entrypoint.sh')) {
		return refuse(
			"rel/entrypoint.sh is there and is not phxfly's.",
			{path: 'rel/entrypoint.sh', line: 1},
			'Rename rel/entrypoint.sh, so that phxfly can write its own.',
		);
	}

	const litestreamYml =
		[...files.keys()].find(path => path.endsWith('litestream.yml')) ?? 'etc/litestream.yml';
	const folder = findAppFolder(files, dockerfile);
	const names = [litestreamYml, 'rel/entrypoint.sh'];
	const kept = refuseIgnored(
		facts,
		dockerfile,
		names.map(name => folder + name),
	);
	if (kept) return kept;
	const target = flyConfig?.build?.['build-target'];
	const base = dockerfile.chain[0]?.base ?? '';
	const known = start.entrypoint ? 'none' : findBaseEntrypoint(base);
	const after = spliceDockerfile(dockerfile, start, {
		litestreamYml: `${folder}${litestreamYml}`,
		entrypoint: `${folder}rel/entrypoint.sh`,
		litestreamVersion,
		baseEntrypoint: known === 'none' ? undefined : known,
		buildTarget: typeof target === 'string' ? target : undefined,
	});
	const made = names.flatMap(path => {
		const text = templates.get(path);
		return files.has(path) || text === undefined ? [] : [{path, text}];
	});
	return {
		is: 'splice',
		files: [
			{
				path: dockerfile.path,
				before: dockerfile.text,
				after,
				why: `brings Litestream into the image, before the command that it starts${known === undefined ? `; an ENTRYPOINT that ${base} brings would not run` : ''}`,
			},
			...made.map(({path, text}) => ({
				path,
				after: text,
				why: path.endsWith('.yml')
					? 'tells Litestream what to replicate, and where'
					: 'restores an empty volume, then runs the app under Litestream',
			})),
		],
	};
}

/** Returns whether a litestream.yml works with our script. */
function isOurs({files, templates}: ProtectionFacts, path: string): boolean {
	const text = files.get(path) ?? '';
	if (text === templates.get('etc/litestream.yml')) return true;
	return /\$\{?DATABASE_PATH\b/.test(text) && /\$\{?LITESTREAM_REPLICA_URL\b/.test(text);
}

/** Returns the app's folder below the build context, with a slash; empty where they are one. */
function findAppFolder(files: ReadonlyMap<string, string>, {copies}: Dockerfile): string {
	const source = copies.find(
		path => path.endsWith('/mix.exs') && !files.has(path) && !path.startsWith('apps/'),
	);
	return source?.slice(0, -'mix.exs'.length) ?? '';
}

function refuseIgnored(
	{files, flyConfig, flyTomlPath}: ProtectionFacts,
	{path: dockerPath}: Dockerfile,
	names: readonly string[],
): Refusal | undefined {
	const given = flyConfig?.build?.ignorefile;
	const path =
		typeof given === 'string'
			? resolveFrom(flyTomlPath, given)
			: [`${dockerPath}.dockerignore`, '.dockerignore'].find(name => files.has(name));
	const text = path === undefined ? undefined : files.get(path);
	if (path === undefined || text === undefined) return undefined;
	for (const name of names) {
		const line = findIgnoringLine(text, name);
		if (line !== undefined) {
			return refuse(
				`Line ${line} of ${path} keeps ${name} out of the image.`,
				{path, line},
				`Add these lines at the end of ${path}.`,
				names.map(each => `!${each}`),
			);
		}
	}

	return undefined;
}
