import {type Answer, readAnswer} from '../answer.ts';
import {findMachinePreset} from '../fly/catalog.ts';
import type {FlyVolume} from '../fly/output.ts';
import {type FlyConfig, findMounts, type MachineSize, readMachineSize} from '../fly-toml/config.ts';
import type {Readers} from '../readers.ts';
import type {Question, Situation} from './question.ts';

export const proposeFromFlyToml = (value: string): Answer => ({
	value,
	origin: {kind: 'project', text: 'fly.toml'},
});

/** @param because - What review shows beside it. */
export const proposeDefault = (value: string, because = 'default'): Answer => ({
	value,
	origin: {kind: 'default', text: because},
});

/** For a question that belongs to a storage provider: asked when the chosen one names it. */
export const isAskedByProvider =
	(id: string): Question['applies'] =>
	({profile, provider}: Situation) =>
		profile.hasStorage && provider?.asks.includes(id) === true;

type Project = Situation['project'];

export const readNamedApp = (project: Project): string | undefined => readConfig(project)?.app || undefined;

export const readPrimaryRegion = (project: Project): string | undefined =>
	readConfig(project)?.primary_region || undefined;

/** The machine of `[[vm]]`, or `undefined`. */
export function readMachine(project: Project): MachineSize | undefined {
	const config = readConfig(project);
	return config && readMachineSize(config);
}

/** The name of the volume that fly.toml mounts, or `undefined`. */
function readMountSource(project: Project): string | undefined {
	const config = readConfig(project);
	return config && findMounts(config)[0]?.entry.source;
}

const readConfig = ({flyToml}: Project): FlyConfig | undefined => flyToml?.config;

/** The app's volumes of the name that will be mounted, without those on their way out; none for an app that is not there. */
export async function findLiveVolumes(
	{profile, project, answers}: Situation,
	{fly}: Pick<Readers, 'fly'>,
): Promise<readonly FlyVolume[]> {
	const app = readAnswer(answers, 'app');
	const name = readMountSource(project) ?? profile.mount?.source;
	if (app === undefined || profile.mount === undefined || (await fly.status(app)) === undefined) return [];

	const volumes = await fly.listVolumes(app);
	return volumes.filter(volume => volume.name === name && volume.state !== 'pending_destroy');
}

/** The memory for a size when none is answered, in MB: what fly.toml has, else what the profile needs, within what the size allows. */
export function chooseMemoryMb(size: string, {project, profile}: Situation): number {
	const wanted = readMachine(project)?.vmMemoryMb ?? profile.vm.memoryMb;
	const preset = findMachinePreset(size);
	return preset === undefined ? wanted : Math.min(Math.max(wanted, preset.memoryMb.min), preset.memoryMb.max);
}
