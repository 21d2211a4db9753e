import {asTable} from '../config/config.ts';

type Started = {
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: readonly {name: string}[];
	readonly hasLitestream: boolean;
};

/** Why the app would exit at its start: a secret it cannot do without is not there. */
export function findCrash({config, secrets, hasLitestream}: Started): string | undefined {
	const names = new Set([...secrets.map(({name}) => name), ...Object.keys(asTable(config.env))]);
	const hasKeys = ['LITESTREAM', 'AWS'].some(
		prefix => names.has(`${prefix}_ACCESS_KEY_ID`) && names.has(`${prefix}_SECRET_ACCESS_KEY`),
	);
	const isRequired = asTable(config.env).LITESTREAM_REQUIRED !== 'false';
	if (hasLitestream && isRequired && !names.has('LITESTREAM_REPLICA_URL'))
		return 'LITESTREAM_REPLICA_URL is missing';
	if (hasLitestream && isRequired && !hasKeys)
		return 'no object storage keys: set AWS_* or LITESTREAM_* access keys';
	if (!names.has('SECRET_KEY_BASE')) {
		return '** (RuntimeError) environment variable SECRET_KEY_BASE is missing.';
	}
	return undefined;
}
