import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Refusal} from '../core/image/refusal.ts';
import type {FileChange} from '../core/project/files.ts';
import type {Profile} from '../core/project/profile.ts';
import {litestreamVersion} from '../core/project/template.ts';

/**
Makes sure that the image replicates the database of an app with storage. Only reads.

@param image - Given instead of the project's code.
@returns The changes that the image needs for that; none when it has all.
@throws {Failure} `cannot-protect` (exit 9) for an image that phxfly cannot change soundly.
*/
export async function requireProtection(
	project: Pick<Project, 'facts' | 'readTexts' | 'readTemplates'>,
	profile: Profile,
	image: string | undefined,
): Promise<readonly FileChange[]> {
	if (!profile.hasStorage) return [];
	const {dockerfile, elixir, flyToml} = project.facts;
	const [{findProtection}, {files}, templates] = await Promise.all([
		import('../core/image/protection.ts'),
		project.readTexts(),
		project.readTemplates(profile.templates),
	]);
	const protection = findProtection({
		files,
		dockerfile,
		elixir,
		flyTomlPath: flyToml?.path ?? 'fly.toml',
		flyTomlText: flyToml?.text,
		flyConfig: flyToml?.config,
		templates,
		litestreamVersion,
		image,
	});
	if (protection.is === 'refused') throw cannotProtect(protection);
	if (protection.is === 'ready') return [];
	return protection.files.map(file => ({...file, mode: file.after.startsWith('#!') ? 0o755 : 0o644}));
}

function cannotProtect({reason, place, change, lines}: Refusal): Failure {
	const where = place ? `${place.path}, line ${place.line}: ` : '';
	const written =
		lines.length > 0
			? `${change.replace(/\.$/, '')}:\n${lines.map(line => `  ${line}`).join('\n')}\n`
			: `${change} `;
	return new Failure('cannot-protect', `${where}${reason}`, {
		hint: `${written}Then run phxfly again. Nothing was changed.`,
	});
}
