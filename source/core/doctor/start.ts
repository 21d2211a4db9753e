import {listUncommented} from '../text/lines.ts';
import type {DoctorFacts} from './facts.ts';

type StartFacts = Pick<DoctorFacts, 'dockerfile' | 'flyToml' | 'scripts'>;

/** Returns what runs when a machine starts: the commands of the image and of fly.toml, then the scripts they name, without comments. */
export function listStartTexts({dockerfile, flyToml, scripts}: StartFacts): readonly string[] {
	const {processes, experimental} = flyToml?.config ?? {};
	return [
		...(dockerfile?.chain ?? [])
			.flatMap(({instructions}) => instructions)
			.flatMap(({keyword, text}) => (/^(?:ENTRYPOINT|CMD)$/.test(keyword) ? [text] : [])),
		...Object.values(processes ?? {}),
		...(experimental === undefined ? [] : [JSON.stringify(experimental)]),
		...scripts.map(({text}) =>
			listUncommented(text)
				.map(line => line.text)
				.join('\n'),
		),
	];
}

/** Returns where the image's start command is written. */
export function findStartPlace({dockerfile}: Pick<DoctorFacts, 'dockerfile'>) {
	if (!dockerfile) return undefined;
	const {path, chain} = dockerfile;
	const start = chain
		.flatMap(({instructions}) => instructions)
		.findLast(({keyword}) => /^(?:ENTRYPOINT|CMD)$/.test(keyword));
	return {path, line: start?.line ?? chain.at(-1)?.from.line ?? 1};
}

/** Tells whether the Dockerfile here is what Fly builds and runs, and can be read for sure. */
export function isImageKnown({dockerfile, flyToml}: Pick<DoctorFacts, 'dockerfile' | 'flyToml'>): boolean {
	const build = flyToml?.config.build ?? {};
	const isElsewhere = ['image', 'builder', 'buildpacks', 'builtin'].some(name => build[name] !== undefined);
	return dockerfile !== undefined && dockerfile.unreadable === undefined && !isElsewhere;
}

/** Tells whether a machine starts a program that is neither a script of the project, nor its release, nor a shell. */
export function startsUnseen(facts: StartFacts): boolean {
	const names = facts.scripts.map(({path}) => path.replace(/^.*\//, ''));
	const known = new Set(names.flatMap(name => [name, name.replace(/\.sh$/, '')]));
	return listStartTexts(facts).some(text =>
		[...text.matchAll(programs)].some(([, program, start, script]) => {
			const name = program ?? script ?? '';
			return !start && !known.has(name) && !/^(?:env|(?:ba|da|a)?sh|tini|litestream|gosu)$/.test(name);
		}),
	);
}

/** `bin/app start`, `./app`, `run.sh` */
const programs = /(?:\bbin\/|\.\/)([\w-]+)(?![\w./-])(?:["',\s]+(start|daemon)\b)?|\b([\w-]+\.sh)\b/g;

/** The app, or Litestream with the app, as a whole command; assignments may come before it. */
const startsApp =
	/^\s*(?:\w+=\S*\s+)*(?:litestream\s+replicate\b|[\w"./${}-]*\bbin\/(?:server\b|[\w-]+"?\s+start\b))/;

/** Returns the line by which the entrypoint starts the app as a child of the shell. */
export const findChildStart = ({entrypoint}: Pick<DoctorFacts, 'entrypoint'>) =>
	listUncommented(entrypoint?.text ?? '').findLast(({text}) => startsApp.test(text));
