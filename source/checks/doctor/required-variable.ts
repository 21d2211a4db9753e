import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {isImageKnown, listStartTexts} from '../../core/doctor/start.ts';
import type {Dockerfile} from '../../core/image/dockerfile.ts';
import {listMachineVariables} from '../../core/image/variables.ts';
import {listSecretReads} from '../../core/project/secret-reads.ts';

export const requiredVariable: Rule = {
	id: 'required-variable',
	title: 'A required variable that no file sets',
	why: 'Code that raises without a variable ends the build, or ends the app at each boot: the deploy then fails.',

	check: facts => [...checkBuild(facts), ...checkBoot(facts)],
};

/** No secret is there while an image is built, so a variable that the Dockerfile does not name is missing. */
function checkBuild(facts: DoctorFacts): readonly Problem[] {
	const {elixir, dockerfile} = facts;
	if (!elixir || !dockerfile || !isImageKnown(facts) || !buildsWithMix(dockerfile)) return [];
	const reads = elixir.environment.filter(
		({need, phase, holds, path}) =>
			need === 'required' && phase === 'build' && holds === 'yes' && /(?:^|\/)config\//.test(path),
	);
	return reads
		.filter(({name}) => !new RegExp(`\\b${name}\\b`).test(dockerfile.text) && !isGiven(name))
		.map(({name, path, line}) => ({
			status: 'wrong',
			path,
			line,
			message: `The build raises without ${name}, and ${dockerfile.path} does not set it. Secrets are not there during a build.`,
			fix: `Read ${name} in config/runtime.exs instead.`,
		}));
}

/** Another image, or a script, may build the release where the variable is set. */
const buildsWithMix = ({instructions}: Dockerfile): boolean =>
	instructions.some(({keyword, text}) => keyword === 'RUN' && /\bmix\s/.test(text));

const isGiven = (name: string): boolean => /^(?:MIX_|HOME$|PATH$|LANG$)/.test(name);

/** database-outside-volume reports the path, and fly postgres attach sets the URL. */
const isDatabase = (name: string): boolean => /^DATABASE_(?:PATH|URL)$/.test(name);

/** Secrets may be set by hand, so nothing here proves that one is missing. */
function checkBoot(facts: DoctorFacts): readonly Problem[] {
	const {elixir, flyToml, dockerfile, secrets, files} = facts;
	if (!elixir || !flyToml) return [];
	const set = listMachineVariables(dockerfile, flyToml.config);
	const texts = [
		...listStartTexts(facts),
		...[...files].flatMap(([path, text]) =>
			/(?:\/env\.sh(?:\.eex)?|(?:^|\/)\.env[\w.]*)$/.test(path) ? [text] : [],
		),
	];
	const missing = listSecretReads(elixir, set)
		.filter(({stopsBoot, name}) => stopsBoot && !isDatabase(name) && !secrets?.has(name))
		.filter(({name}) => !texts.some(text => new RegExp(`\\b${name}=`).test(text)));
	const [first] = missing;
	if (!first) return [];
	const names = missing.map(({name}) => name).join(', ');
	return [
		{
			status: 'hint',
			path: first.path,
			line: first.line,
			message: `The app does not boot without ${names}. No file here sets ${missing.length === 1 ? 'it' : 'them'}${secrets ? ', and neither did phxfly' : ''}.`,
			fix: 'Unless they are set already, set them: fly secrets import reads lines NAME=value from standard input.',
		},
	];
}
