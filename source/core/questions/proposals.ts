import {type FlyConfig, findMounts, type MachineSize, readMachineSize} from '../fly-toml/config.ts';
import type {Situation} from './question.ts';

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
export function readMountSource(project: Project): string | undefined {
	const config = readConfig(project);
	return config && findMounts(config)[0]?.entry.source;
}

const readConfig = ({flyToml}: Project): FlyConfig | undefined => flyToml?.config;
