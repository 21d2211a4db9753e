import type {Step} from '../../source/core/plan/step.ts';

export const extendVolume: Step = {
	id: 'extend-volume',
	title: 'Extend the volume',
	needs: ['create-volume'],
	before: ['deploy'],
	locks: [],
	provenBy: 'volumes',
	usualSeconds: [1, 4],
	isNeeded: ({mount}) => mount !== undefined,

	async look({app, mount, volumeSizeGb}, {fly}) {
		const volume = (await fly.listVolumes(app)).find(({name}) => name === mount?.source);
		if (!volume) return {is: 'absent'};
		return volume.size_gb >= volumeSizeGb
			? {is: 'there', id: volume.id}
			: {is: 'partial', missing: [volume.id]};
	},

	actions: ({app, volumeSizeGb}, finding) =>
		(finding.is === 'partial' ? finding.missing : []).map(id => ({
			kind: 'fly',
			args: ['volumes', 'extend', id, '--size', String(volumeSizeGb), '-a', app, '--yes'],
			timeoutMs: 120_000,
		})),
};
