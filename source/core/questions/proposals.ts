import {type Answer, readAnswer} from '../answer.ts';
import {findMachinePreset} from '../fly/catalog.ts';
import type {FlyVolume} from '../fly/output.ts';
import {type FlyConfig, findMounts, type MachineSize, readMachineSize} from '../fly-toml/config.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {Readers} from '../readers.ts';
import type {AnswerState, Question} from './question.ts';

export const proposeFromFlyToml = (value: string, {flyToml}: ProjectFacts): Answer => ({
	value,
	origin: {kind: 'project', text: flyToml?.path ?? 'fly.toml'},
});

export const proposeFromFile = (value: string, path: string): Answer => ({
	value,
	origin: {kind: 'project', text: path},
});

/** @param because - What review shows next to it. */
export const proposeDefault = (value: string, because = 'default'): Answer => ({
	value,
	origin: {kind: 'default', text: because},
});

/** Makes a question of a storage provider apply if the chosen provider names it. */
export const isAskedByProvider =
	(id: string): Question['applies'] =>
	({profile, provider}: AnswerState) =>
		profile.hasStorage && provider?.asks.includes(id) === true;

export const readNamedApp = (facts: ProjectFacts): string | undefined => readConfig(facts)?.app || undefined;

export const readPrimaryRegion = (facts: ProjectFacts): string | undefined =>
	readConfig(facts)?.primary_region || undefined;

/** Returns the machine of `[[vm]]`, or `undefined`. */
export function readMachine(facts: ProjectFacts): MachineSize | undefined {
	const config = readConfig(facts);
	return config && readMachineSize(config);
}

/** Returns the name of the volume that fly.toml mounts, or `undefined`. */
function readMountSource(facts: ProjectFacts): string | undefined {
	const config = readConfig(facts);
	return config && findMounts(config)[0]?.entry.source;
}

const readConfig = ({flyToml}: ProjectFacts): FlyConfig | undefined => flyToml?.config;

/** Finds the app's volumes with the name to mount, without those being deleted; none if the app does not exist. */
export async function findLiveVolumes(
	{profile, facts, answers}: AnswerState,
	{fly}: Pick<Readers, 'fly'>,
): Promise<readonly FlyVolume[]> {
	const app = readAnswer(answers, 'app');
	const name = readMountSource(facts) ?? profile.mount?.source;
	if (app === undefined || profile.mount === undefined || (await fly.status(app)) === undefined) return [];

	const volumes = await fly.listVolumes(app);
	return volumes.filter(volume => volume.name === name && volume.state !== 'pending_destroy');
}

/** Returns the default memory for a size in MB: from fly.toml, otherwise what the profile needs, within what the size allows. */
export function chooseMemoryMb(size: string, {facts, profile}: AnswerState): number {
	const desired = readMachine(facts)?.vmMemoryMb ?? profile.vm.memoryMb;
	const preset = findMachinePreset(size);
	return preset === undefined
		? desired
		: Math.min(Math.max(desired, preset.memoryMb.min), preset.memoryMb.max);
}
