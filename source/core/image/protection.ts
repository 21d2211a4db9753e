import {findMounts} from '../fly-toml/config.ts';
import {findIgnoringLine} from '../text/ignore-file.ts';
import {resolveFrom} from '../text/paths.ts';
import {findBaseEntrypoint} from './base-images.ts';
import {locateDatabase, refuseDatabase} from './database.ts';
import {type Dockerfile, isCopied} from './dockerfile.ts';
import {findDisagreement} from './ranges.ts';
import {type Protection, type ProtectionFacts, type Refusal, refuse} from './refusal.ts';
import {refuseFlyToml, refuseStart} from './refusals.ts';
import {followStart, isInBackground, type Running} from './running.ts';
import {spliceDockerfile} from './splice.ts';
import {type ImageStart, type Launch, readImageStart, readLaunch} from './start.ts';

/** Finds out whether a database on a volume is replicated, and how it can be. Pure: nothing is written. */
export function findProtection(facts: ProtectionFacts): Protection {
	const refusal = refuseFlyToml(facts);
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

	const start = readImageStart(dockerfile);
	const launch = readLaunch(start, facts.flyConfig);
	const own = findOwnLine(dockerfile, start, launch);
	const running = followStart(facts.files, dockerfile.instructions, own);
	const started = judgeLitestream(facts, dockerfile, running);
	if (started) return started;
	if (image !== undefined) return refuseImage(facts, image);
	return (
		refuseStart(facts, dockerfile, {start, launch, running}) ??
		refuseDatabase(facts) ??
		planSplice(facts, dockerfile, start)
	);
}

const findOwnLine = ({path, chain}: Dockerfile, {entrypoint, command}: ImageStart, {words}: Launch) => ({
	path,
	line: (command ?? entrypoint)?.instruction.line ?? chain.at(-1)?.from.line ?? 1,
	text: words.join(' '),
});

const startsReplicating = (text: string): boolean => /\blitestream\b.*\breplicate\b/.test(text);

/** Judges an image that starts Litestream already; `undefined` for one that does not. */
function judgeLitestream(
	facts: ProtectionFacts,
	dockerfile: Dockerfile,
	{lines}: Running,
): Protection | undefined {
	const found = lines.find(({text}) => startsReplicating(text));
	if (found) {
		const {path, line} = found;
		if (!isInBackground(found)) return refuseOtherFile(facts) ?? {is: 'ready', place: {path, line}};
		return refuse(
			`Line ${line} of ${path} starts Litestream beside the app, so that its end goes unnoticed.`,
			{path, line},
			'Let Litestream run the app, and the shell give way to it.',
			['exec litestream replicate -exec "/app/bin/server"'],
		);
	}

	// Our own script, which a plan writes when it is missing.
	const isOurs =
		dockerfile.hasLitestream &&
		/\/entrypoint\b/.test(lines[0]?.text ?? '') &&
		!facts.files.has('rel/entrypoint.sh') &&
		isCopied(dockerfile, 'rel/entrypoint.sh');
	return isOurs ? {is: 'ready', place: undefined} : undefined;
}

/** A litestream.yml that names another file than the one the app writes. */
function refuseOtherFile(facts: ProtectionFacts): Refusal | undefined {
	const {files, flyConfig} = facts;
	const [path, text = ''] = [...files].find(([name]) => name.endsWith('litestream.yml')) ?? [];
	const found = /^[ \t]*-[ \t]+path:[ \t]*["']?(\/[^\s"'#$]+)["']?[ \t]*(?:#.*)?$/m.exec(text);
	const replicated = found?.[1];
	if (path === undefined || !found || replicated === undefined) return undefined;
	const line = text.slice(0, found.index).split('\n').length;
	const database = locateDatabase(facts);
	const written = database.is === 'path' ? database.path : undefined;
	const mount = flyConfig && findMounts(flyConfig)[0]?.entry.destination?.replace(/(?<=.)\/+$/, '');
	if (written !== undefined && written !== replicated) {
		return refuse(
			`Litestream would replicate ${replicated}, and the app writes ${written}.`,
			{path, line},
			'Name the database by its variable there.',
			[`- path: \${DATABASE_PATH}`],
		);
	}

	if (written !== undefined || mount === undefined || replicated.startsWith(`${mount}/`)) return undefined;
	return refuse(
		`Litestream would replicate ${replicated}, which is not on the volume: that one is mounted at ${mount}.`,
		{path, line},
		'Name the file that the app writes, on the volume.',
		[`- path: ${mount}/${replicated.replace(/^.*\//, '')}`],
	);
}

/** For a project without a Dockerfile: phxfly writes one, which uses the scripts that are there. */
function judgeTemplate({files}: ProtectionFacts): Protection {
	const path = ['rel/entrypoint.sh', 'entrypoint.sh'].find(name => files.has(name));
	const text = path === undefined ? undefined : files.get(path);
	if (path === undefined || text === undefined || startsReplicating(text))
		return {is: 'ready', place: undefined};
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
