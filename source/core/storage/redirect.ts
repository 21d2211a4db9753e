import type {StoreAnswer, StoreTarget} from '../readers.ts';

type Redirect = {
	/** Scheme and host, without the bucket. */
	readonly endpoint: string;
	/** The URL without its query, which may contain a signature. */
	readonly shown: string;
	/** It leads to the bucket, not to a page such as a login. */
	readonly isBucket: boolean;
};

/** Returns where a redirect leads, if the answer says so. Pure. */
export function readRedirect(answer: StoreAnswer | undefined, target: StoreTarget): Redirect | undefined {
	if (answer?.is !== 'refused' || answer.location === undefined) return undefined;
	if (!URL.canParse(answer.location, target.endpoint)) return undefined;
	const url = new URL(answer.location, target.endpoint);
	if (!/^https?:$/.test(url.protocol)) return undefined;
	const hasBucketInHost = url.host.startsWith(`${target.bucket}.`);
	const host = hasBucketInHost ? url.host.slice(target.bucket.length + 1) : url.host;
	const isBucket = hasBucketInHost || answer.code !== '' || url.pathname.split('/')[1] === target.bucket;
	const shown = `${url.origin}${url.pathname}`.replace(/\/$/, '').slice(0, 200);
	return {endpoint: `${url.protocol}//${host}`, shown, isBucket};
}

/** Returns the endpoint that a refusal names, or that AWS has for the region it names. Pure. */
export function findOtherEndpoint(answer: StoreAnswer | undefined, target: StoreTarget): string | undefined {
	const redirect = readRedirect(answer, target);
	if (redirect && redirect.endpoint !== target.endpoint) return redirect.endpoint;
	const region = answer?.is === 'refused' ? answer.region : undefined;
	const [, domain] =
		/^https?:\/\/s3[.-](?:[a-z\d-]+\.)?(amazonaws\.com(?:\.cn)?)$/.exec(target.endpoint) ?? [];
	const regional = region && domain ? `https://s3.${region}.${domain}` : undefined;
	return regional === target.endpoint ? undefined : regional;
}
