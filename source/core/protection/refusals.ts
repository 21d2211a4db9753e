import {type Dockerfile, readCopy} from '../image/dockerfile.ts';
import {type Command, type Running, startsLiteFs} from '../image/running.ts';
import {type ImageStart, type Launch, readTable} from '../image/start.ts';
import {type Place, type ProtectionFacts, placeInToml, type Refusal, refuse} from './refusal.ts';

/** Refuses what fly.toml starts in another way than the Dockerfile says. */
export function refuseFlyToml(facts: ProtectionFacts): Refusal | undefined {
	const {flyConfig, flyTomlPath, dockerfile, files} = facts;
	const build = readTable(flyConfig?.build);
	if (typeof build.image === 'string') {
		return refuse(
			`${flyTomlPath} deploys the image ${build.image}, so the Dockerfile here is not what runs.`,
			placeInToml(facts, ['build', 'image']),
			`Add Litestream where that image is built, or remove image from [build] in ${flyTomlPath}.`,
		);
	}

	const builder = ['builder', 'buildpacks', 'builtin'].find(name => build[name] !== undefined);
	if (builder !== undefined && build.dockerfile === undefined) {
		return refuse(
			`${flyTomlPath} builds this app without a Dockerfile (${builder}), so there is nowhere to add Litestream.`,
			placeInToml(facts, ['build', builder]),
			`Remove ${builder} from [build] in ${flyTomlPath}; without a Dockerfile, phxfly writes one.`,
		);
	}

	if (typeof build.dockerfile === 'string' && !dockerfile) {
		return refuse(
			`${flyTomlPath} builds ${build.dockerfile}, and phxfly cannot find that file here.`,
			placeInToml(facts, ['build', 'dockerfile']),
			'Name a Dockerfile that is in this folder.',
		);
	}

	const groups = Object.keys(flyConfig?.processes ?? {});
	if (groups.length > 1) {
		return refuse(
			`${flyTomlPath} starts ${groups.length} process groups (${groups.join(', ')}). One SQLite database has one machine: a second one would write over its replica.`,
			placeInToml(facts, ['processes']),
			'Keep one group.',
		);
	}

	const experimental = readTable(flyConfig?.experimental);
	const replaced = ['exec', 'entrypoint'].find(name => {
		const words = experimental[name];
		return Array.isArray(words) && words.length > 0;
	});
	if (replaced === undefined || files.size === 0) return undefined;
	const words = JSON.stringify(experimental[replaced]);
	const place = placeInToml(facts, ['experimental', replaced]);
	return replaced === 'exec'
		? refuse(
				`${flyTomlPath} starts ${words} past the ENTRYPOINT of the image.`,
				place,
				`Move it from [experimental] to the Dockerfile.`,
				[`CMD ${words}`],
			)
		: refuse(
				`${flyTomlPath} replaces the ENTRYPOINT of the image by ${words}.`,
				place,
				`Move it from [experimental] to the Dockerfile.`,
				[`ENTRYPOINT ${words}`],
			);
}

type Starting = {readonly start: ImageStart; readonly launch: Launch; readonly running: Running};

/** Refuses a start that our lines would not wrap soundly. */
export function refuseStart(
	{flyConfig}: ProtectionFacts,
	dockerfile: Dockerfile,
	{start, launch, running}: Starting,
): Refusal | undefined {
	const {path, chain} = dockerfile;
	const at = (line: number): Place => ({path, line});
	const final = chain.at(-1);
	const base = chain[0]?.base ?? '';
	const baseLine = chain[0]?.from.line ?? 1;
	if (launch.words.length === 0) {
		return refuse(
			`${path} does not say what to start: FROM ${base} in line ${baseLine} decides it.`,
			at(final?.from.line ?? baseLine),
			'Add a CMD at the end.',
			['CMD ["/app/bin/server"]'],
		);
	}

	if (base === 'scratch' || (/distroless|cgr\.dev\/chainguard/.test(base) && !base.includes('debug'))) {
		return refuse(
			`The image has no shell that could run an entrypoint (FROM ${base}).`,
			at(baseLine),
			'Begin the last stage with an image that has one.',
			['FROM debian:bookworm-slim'],
		);
	}

	const {entrypoint, shell} = start;
	const shelled = [entrypoint, start.command].find(each => each?.words === undefined && each !== undefined);
	if (entrypoint && entrypoint.words === undefined && shell) {
		return refuse(
			`Line ${entrypoint.instruction.line} of ${path} starts the app through the shell of line ${shell.instruction.line}.`,
			at(entrypoint.instruction.line),
			'Write it as a list of words.',
			[`ENTRYPOINT ${JSON.stringify([...(shell.words ?? []), entrypoint.instruction.text])}`],
		);
	}

	const isElsewhere = shelled !== undefined && shelled.stage !== final && shell !== undefined;
	if (isElsewhere && shelled) {
		return refuse(
			`Line ${shelled.instruction.line} of ${path} starts the app through a shell that another line sets.`,
			at(shelled.instruction.line),
			'Write it as a list of words.',
		);
	}

	return (
		refuseReleaseCommand(start, running, at, flyConfig?.deploy?.release_command) ??
		refuseSeveral(running) ??
		refuseLaterCopies(dockerfile, start)
	);
}

/** Refuses LiteFS: whether its own program starts it, or the image only brings it. */
export function refuseLitefs({path, chain}: Dockerfile, {commands}: Running): Refusal | undefined {
	const started = commands.find(startsLiteFs);
	const brought = chain
		.flatMap(({instructions}) => instructions)
		.find(instruction => /(?:^|\/)litefs(?:[:@]|$)/.test(readCopy(instruction)?.from ?? ''));
	const place = started ?? (brought && {path, line: brought.line});
	return (
		place &&
		refuse(
			'This app runs under LiteFS. LiteFS and Litestream exclude each other: its database is not a file on the volume.',
			{path: place.path, line: place.line},
			'Export the database first (https://fly.io/docs/litefs/export), then remove LiteFS from the image.',
		)
	);
}

/** Refuses an app that starts Litestream from Elixir, by the package of that name. */
export function refuseLitestreamChild({elixir, files}: ProtectionFacts): Refusal | undefined {
	if (!elixir.started.includes('Litestream')) return undefined;
	for (const [path, text] of files) {
		const found = path.endsWith('mix.exs') && /^[^#\n]*\{:litestream,/m.exec(text);
		if (!found) continue;
		const line = text.slice(0, found.index).split('\n').length;
		return refuse(
			'The app itself starts Litestream, by the package litestream: with another one around it, two would replicate one database.',
			{path, line},
			'Remove that package, and {Litestream, …} from the supervision tree, so that phxfly can start Litestream around the app. Copy an existing database first.',
		);
	}

	return undefined;
}

function refuseReleaseCommand(
	{entrypoint}: ImageStart,
	{scripts}: Running,
	at: (line: number) => Place,
	command: string | undefined,
): Refusal | undefined {
	if (command === undefined || !entrypoint) return undefined;
	const {instruction, words} = entrypoint;
	const script = scripts.find(({path}) => words?.some(word => namesScript(word, path)));
	const passes =
		words !== undefined &&
		(script
			? /^[^#\n]*(?:\$[@*]|\$\{[@*])/m.test(script.text)
			: !/^(?:start|server)$|\/server$/.test(words.at(-1) ?? ''));
	if (passes) return undefined;
	const name = script?.path ?? `ENTRYPOINT ${instruction.text}`;
	return refuse(
		`The release_command would start the whole app on a machine without the volume: ${name} ignores its words.`,
		at(instruction.line),
		`Remove the release_command, or let ${name} end by running its words.`,
		script ? ['exec "$@"'] : [],
	);
}

const namesScript = (word: string, path: string): boolean => {
	const [name = '', own = ''] = [word, path].map(each => each.replace(/^.*\//, '').replace(/\.sh$/, ''));
	return name === own;
};

const supervisors =
	/(?:^|[\s/"'])(?:supervisord|s6-svscan|s6-supervise|runsvdir|foreman|overmind|hivemind|honcho|goreman|circusd)(?=$|[\s"'])|^\/init(?=$|\s)/;

function refuseSeveral({commands}: Running): Refusal | undefined {
	const supervised = commands.find(({text}) => supervisors.test(text));
	const found = supervised ?? commands.find(command => isBesideTheApp(command, commands));
	return (
		found &&
		refuse(
			`Line ${found.line} of ${found.path} starts several programs.`,
			{path: found.path, line: found.line},
			'Put Litestream around the app there yourself; phxfly checks it afterwards.',
			['litestream replicate -exec "/app/bin/server"'],
		)
	);
}

/** A script that ends before the app starts may leave programs running, and so may one that gives way to the app. */
function isBesideTheApp({path, isBackground, callers}: Command, commands: readonly Command[]): boolean {
	if (!isBackground || !callers.every(({isLast}) => isLast)) return false;
	const givesWay = commands
		.flatMap(command => [command, ...command.callers])
		.some(command => command.path === path && command.isLast && command.isExec);
	return !givesWay;
}

/** A COPY below the start command would lay its files over ours. */
function refuseLaterCopies(
	{path, chain}: Dockerfile,
	{entrypoint, command}: ImageStart,
): Refusal | undefined {
	const final = chain.at(-1);
	const offsets = [entrypoint, command].flatMap(each =>
		each?.stage === final && each ? [each.instruction.offset] : [],
	);
	const first = Math.min(...offsets);
	const later = final?.instructions.find(instruction => {
		const target = readCopy(instruction)?.destination ?? '';
		return instruction.offset > first && /^\/(?:etc|usr\/local\/bin)?(?:\/|$)/.test(target);
	});
	return (
		later &&
		refuse(
			`Line ${later.line} of ${path} copies files below the start command, over those for Litestream.`,
			{path, line: later.line},
			'Move that line above the CMD and ENTRYPOINT.',
		)
	);
}
