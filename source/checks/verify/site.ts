import type {Check} from '../../core/verify/check.ts';

export const site: Check = {
	id: 'site',
	title: 'The site answers',
	isNeeded: () => true,

	async check({app}, {net}) {
		const url = `https://${app}.fly.dev/`;
		const answer = await net.request({method: 'GET', url});
		if (answer.is === 'unreachable') {
			return {status: 'could-not-tell', detail: `${url} cannot be reached from here: ${answer.message}`};
		}

		const {status, headers} = answer;
		if (status >= 300 && status < 400) {
			const {location = ''} = headers;
			if (location === '' || !URL.canParse(location, url)) {
				return {
					status: 'wrong',
					detail: `${url} answers ${status}, but its Location ${JSON.stringify(location)} is not an address`,
					hint: `check what the app redirects to, and fly logs -a ${app}`,
				};
			}

			const target = new URL(location, url);
			if (target.href === url) {
				return {
					status: 'wrong',
					detail: `${url} redirects to itself`,
					hint: 'force_ssl needs rewrite_on: [:x_forwarded_proto] in config/prod.exs',
				};
			}

			return {status: 'proved', detail: `${url} answers, and redirects to ${target.href}`};
		}

		if (status >= 500)
			return {status: 'wrong', detail: `${url} answers ${status}`, hint: `fly logs -a ${app}`};
		return {status: 'proved', detail: `${url} answers ${status}`};
	},
};
