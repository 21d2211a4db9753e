import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {listMachineVariables, readMachineVariables} from '../core/image/variables.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {FileChange} from '../core/project/files.ts';
import type {Profile} from '../core/project/profile.ts';
import {litestreamVersion} from '../core/project/template.ts';
import {refuseBareDatabase} from '../core/protection/bare.ts';
import type {Refusal} from '../core/protection/refusal.ts';
import type {Switch} from '../core/protection/switches.ts';
import type {Readers} from '../core/readers.ts';
import {bucketSecretNames} from '../core/storage/secrets.ts';

type ImageProtection = {readonly files: readonly FileChange[]; readonly switches: readonly Switch[]};

/**
Makes sure that the image replicates the database of an app with storage, and that an app without storage has none. Only reads.

@param image - Given instead of the project's code.
@returns The changes that the image needs for that, none when it has all; and the variables without which it starts the app alone.
@throws {Failure} `cannot-protect` (exit 9) for an image that phxfly cannot change soundly, and for a database that the profile does not protect.
*/
export async function requireProtection(
	project: Pick<Project, 'facts' | 'readTexts' | 'readTemplates'>,
	profile: Profile,
	image: string | undefined,
): Promise<ImageProtection> {
	if (!profile.hasStorage) {
		const refusal = refuseBareDatabase(project.facts.elixir, profile.id);
		if (refusal) throw cannotProtect(refusal);
		return {files: [], switches: []};
	}
	const {dockerfile, elixir, flyToml} = project.facts;
	const [{findProtection}, {files: texts}, templates] = await Promise.all([
		import('../core/protection/protection.ts'),
		project.readTexts(),
		project.readTemplates(profile.templates),
	]);
	const protection = findProtection({
		files: texts,
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
	if (protection.is === 'ready') return {files: [], switches: protection.switches};
	const files = protection.files.map(file => ({...file, mode: file.after.startsWith('#!') ? 0o755 : 0o644}));
	return {files, switches: []};
}

/**
Makes sure that the variables without which the image starts the app alone are what they must be.

@throws {Failure} `cannot-protect` (exit 9) for the first one that nothing sets so.
*/
export async function requireSwitches(
	switches: readonly Switch[],
	{app, existing, provider, facts, appSecrets, storageSecrets}: PlanContext,
	{fly}: Pick<Readers, 'fly'>,
): Promise<void> {
	const secrets = new Set([
		...[...appSecrets, ...storageSecrets].map(({name}) => name),
		...(provider?.makesBucket ? bucketSecretNames : []),
	]);
	const values = readMachineVariables(facts.dockerfile, facts.flyToml?.config);
	const set = listMachineVariables(facts.dockerfile, facts.flyToml?.config);
	const isOn = ({name, value: wanted}: Switch): boolean => {
		const value = values.get(name);
		return value === undefined ? set.has(name) : wanted === undefined ? value !== '' : value === wanted;
	};
	const left = switches.filter(each => !secrets.has(each.name) && !isOn(each));
	const listed = left.length > 0 && existing ? await fly.listSecrets(app) : [];
	const open = left.find(({name}) => listed.every(secret => secret.name !== name));
	if (!open) return;
	const {name, value, path, line, isUrl} = open;
	const flyToml = facts.flyToml?.path ?? 'fly.toml';
	throw cannotProtect(
		isUrl
			? {
					is: 'refused',
					reason: `The script takes the place of the replica from ${name}. Nothing sets ${name}, and such a URL cannot name the endpoint of ${provider?.label ?? 'this storage'}.`,
					place: {path, line},
					change: `Name the database there, and its replica in litestream.yml; or set ${name} in [env] of ${flyToml}.`,
					lines: ['litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"'],
				}
			: {
					is: 'refused',
					reason: `The script starts the app without Litestream unless ${name} is ${value ?? 'set'}, and ${writeState(name, values)}.`,
					place: {path, line},
					change: `Remove that condition, or set ${name} in [env] of ${flyToml}.`,
					lines: value === undefined ? [] : [`${name} = "${value}"`],
				},
	);
}

function writeState(name: string, values: ReadonlyMap<string, string>): string {
	const value = values.get(name);
	if (value === undefined) return `nothing sets ${name}`;
	return value === '' ? `${name} is empty` : `${name} is ${value}`;
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
