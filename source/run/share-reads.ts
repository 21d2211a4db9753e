import type {FlyReader} from '../core/readers.ts';

const shared = [
	'status',
	'listMachines',
	'listVolumes',
	'listReleases',
	'listSecrets',
	'listAddresses',
	'listCertificates',
	'listChecks',
] as const;

/** For one look of many checks: a list that several ask for is asked for once. */
export function shareReads(fly: FlyReader): FlyReader {
	const once = shared.map(name => {
		const answers = new Map<string, Promise<unknown>>();
		const ask = (app: string) => {
			const answer = answers.get(app) ?? fly[name](app);
			answers.set(app, answer);
			return answer;
		};
		return [name, ask] as const;
	});
	return {...fly, ...Object.fromEntries(once)};
}
