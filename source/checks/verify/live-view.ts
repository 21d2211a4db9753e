import type {Check} from '../../core/verify/check.ts';

/** Verifies before DNS is set up that LiveView will work on the domain: Phoenix compares the Origin with PHX_HOST. */
export const liveView: Check = {
	id: 'live-view',
	title: 'LiveView accepts the host',
	isNeeded: ({facts}) => facts.liveSocketPath !== undefined,

	async check({app, host, facts}, {net}) {
		const url = `wss://${app}.fly.dev${facts.liveSocketPath}/websocket?vsn=2.0.0`;
		const answer = await net.upgrade(url, {Origin: `https://${host}`});
		if (answer.is === 'unreachable') {
			return {
				status: 'could-not-tell',
				detail: `${app}.fly.dev cannot be reached from here: ${answer.message}`,
			};
		}

		if (answer.status === 101) return {status: 'proved', detail: `LiveView accepts ${host}`};
		if (answer.status === 403) {
			return {
				status: 'wrong',
				detail: `LiveView rejects ${host}: the running app uses a different PHX_HOST or check_origin`,
				hint: `compare PHX_HOST with ${host}; phxfly sets it as a secret`,
			};
		}

		return {status: 'could-not-tell', detail: `the LiveView socket answers ${answer.status}`};
	},
};
