import type {TrapFacts} from './trap-facts.ts';

/** The host that PHX_HOST names, of the secret where there is one; `undefined` where it cannot be told. */
export function readServedHost({
	secrets,
	flyToml,
}: Pick<TrapFacts, 'secrets' | 'flyToml'>): string | undefined {
	if (secrets?.has('PHX_HOST')) return secrets.get('PHX_HOST');
	const host = flyToml?.config.env?.PHX_HOST;
	return typeof host === 'string' ? host : undefined;
}
