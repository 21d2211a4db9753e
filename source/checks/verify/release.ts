import type {Check} from '../../core/verify/check.ts';

export const release: Check = {
	id: 'release',
	title: 'Latest release complete',
	isNeeded: () => true,

	async check({app}, {fly}) {
		const [newest] = await fly.listReleases(app);
		if (!newest) return {status: 'wrong', detail: 'there is no release'};
		const detail = `release ${newest.Version} is ${newest.Status}`;
		if (newest.Status === 'complete') return {status: 'proved', detail};
		return {
			status: newest.Status === 'running' ? 'not-yet' : 'wrong',
			detail,
			hint: 'run phxfly to deploy again',
		};
	},
};
