/**
Regions that Fly closed, each with the one that replaced it.

@see {@link https://github.com/superfly/flyctl/blob/master/internal/command/launch/plan_builder.go}
*/
export const closedRegions: ReadonlyMap<string, string> = new Map([
	['atl', 'dfw'],
	['bog', 'gru'],
	['bos', 'ewr'],
	['den', 'dfw'],
	['eze', 'gru'],
	['gdl', 'dfw'],
	['gig', 'gru'],
	['hkg', 'sin'],
	['mad', 'cdg'],
	['mia', 'dfw'],
	['otp', 'fra'],
	['phx', 'lax'],
	['qro', 'dfw'],
	['scl', 'gru'],
	['sea', 'sjc'],
	['waw', 'ams'],
	['yul', 'yyz'],
]);

/** A machine as Fly names it; memory in MB. */
type MachinePreset = {
	readonly name: string;
	readonly kind: 'shared' | 'performance';
	readonly cpus: number;
	/** `min` is also what Fly assigns when the memory is not set. */
	readonly memoryMb: {readonly min: number; readonly max: number};
};

/** @see {@link https://fly.io/docs/about/pricing/#started-fly-machines} and `flyctl platform vm-sizes`. */
export const machinePresets: readonly MachinePreset[] = [
	...[1, 2, 4, 6, 8].map(cpus => buildPreset('shared', cpus)),
	...[1, 2, 4, 8, 16].map(cpus => buildPreset('performance', cpus)),
];

export const findMachinePreset = (name: string): MachinePreset | undefined =>
	machinePresets.find(preset => preset.name === name);

function buildPreset(kind: MachinePreset['kind'], cpus: number): MachinePreset {
	return kind === 'shared'
		? {name: `shared-cpu-${cpus}x`, kind, cpus, memoryMb: {min: cpus * 256, max: cpus * 2048}}
		: {name: `performance-${cpus}x`, kind, cpus, memoryMb: {min: cpus * 2048, max: cpus * 8192}};
}
