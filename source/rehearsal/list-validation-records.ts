import {makeStableHex} from './world/make.ts';

/** The records by which Fly knows the owner of a host, whoever answers under it. */
export function listValidationRecords(app: string, hostname: string) {
	const id = makeStableHex(app, 7);
	return {
		challenge: {name: `_acme-challenge.${hostname}`, target: `${hostname}.${id}.flydns.net`},
		ownership: {name: `_fly-ownership.${hostname}`, app_value: `app-${id}`, org_value: `org-${id}`},
	};
}
