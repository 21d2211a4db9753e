import type {FileChange} from '../file-change.ts';
import {isNeeded} from '../template/is-needed.ts';
import {readTemplateValues, type TemplateWishes} from '../template/template-values.ts';
import type {ProjectFacts} from './project.ts';

export type {TemplateWishes} from '../template/template-values.ts';

/** Files whose real names npm would leave out of a package or take as its own settings. */
const dotFiles: ReadonlyMap<string, string> = new Map([
	['_dockerignore', '.dockerignore'],
	['_gitignore', '.gitignore'],
	['_tool-versions', '.tool-versions'],
	['_formatter.exs', '.formatter.exs'],
]);

/** Where a file of `templates/` goes in a project: its own path, with the dot back. */
export const toProjectPath = (templatePath: string): string =>
	templatePath.replace(/[^/]+$/, name => dotFiles.get(name) ?? name);

const placeholder = /%([A-Z][A-Z\d_]*)%/g;

/**
Puts values in the place of `%NAME%`. A line that holds nothing but placeholders whose values are empty goes away.

@throws {Error} When a placeholder has no value, or a value brings a placeholder in: a bug in a template.
*/
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
	const filled = text.split('\n').flatMap(line => {
		const result = line.replaceAll(placeholder, (_, name: string) => readValue(values, name));
		return result.trim() === '' && line.trim() !== '' ? [] : [result];
	});
	const leftover = placeholder.exec(filled.join('\n'))?.[0];
	placeholder.lastIndex = 0;
	if (leftover) throw new Error(`The template still holds ${leftover} after it was filled.`);
	return filled.join('\n');
}

function readValue(values: Readonly<Record<string, string>>, name: string): string {
	const value = values[name];
	if (value === undefined) throw new Error(`The template asks for %${name}%, which has no value.`);
	return value;
}

/**
The files the project lacks, filled for it. What exists is never touched, and an app with a Dockerfile of its own gets
only what that Dockerfile copies or starts.

@param templates - The texts below one folder of `templates/`, by their path in it.
*/
export function planTemplateFiles(
	project: ProjectFacts,
	wishes: TemplateWishes,
	templates: ReadonlyMap<string, string>,
): readonly FileChange[] {
	const values = readTemplateValues(project, wishes);
	return [...templates]
		.map(([templatePath, text]) => ({path: toProjectPath(templatePath), text}))
		.filter(({path}) => isNeeded(project, path, templates))
		.map(({path, text}) => ({
			path,
			after: fillTemplate(text, values),
			mode: /^#!/.test(text) ? 0o755 : 0o644,
			why: purposes.get(path) ?? 'the image is built with it',
		}))
		.sort((left, right) => (left.path < right.path ? -1 : 1));
}

const purposes: ReadonlyMap<string, string> = new Map([
	['Dockerfile', 'builds the release and runs it; the app has none'],
	['.dockerignore', 'keeps local builds, databases and .env files out of the image'],
	['fly.toml', 'tells Fly how to run the app; the app has none'],
	['etc/litestream.yml', 'tells Litestream what to replicate, and where to'],
	['rel/entrypoint.sh', 'restores an empty volume, then runs the app under Litestream'],
	['rel/overlays/bin/server', 'starts the release with its web server on; the image runs it'],
]);
