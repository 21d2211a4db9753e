/** What Litestream reads from a host name: in `s3://NAME.HOST/PATH`, and, without a bucket, in an endpoint. */
type Host = {
	readonly bucket: string | undefined;
	readonly region: string | undefined;
	readonly endpoint: string;
};

const services: readonly RegExp[] = [
	/^(?:(.+)\.)?()([a-z\d-]+)\.digitaloceanspaces\.com$/,
	/^(?:(.+)\.)?(s3\.)([a-z\d-]+)\.backblazeb2\.com$/,
	/^(?:(.+)\.)?(s3\.)([a-z\d-]+)\.scw\.cloud$/,
	/^(?:(.+)\.)?(s3\.)([a-z\d-]+)\.amazonaws\.com$/,
	/^(?:(.+)\.)?(s3)()\.filebase\.com$/,
];

/**
Splits the host of a storage service as Litestream does; `undefined` for any other name, which is a bucket then.

@param host - With or without a scheme.
@see https://litestream.io/reference/config/#s3-replica
*/
export function readHost(host: string): Host | undefined {
	const name = host.replace(/^https?:\/\//, '').replace(/\/+$/, '');
	for (const service of services) {
		const [, bucket, , region] = service.exec(name) ?? [];
		if (region === undefined) continue;
		const rest = bucket === undefined ? name : name.slice(bucket.length + 1);
		return {bucket, region: region || undefined, endpoint: `https://${rest}`};
	}

	return undefined;
}

/**
Writes the URL of a replica whose host names the bucket and the service at once; `undefined` where Litestream does not know the
service by its host.
*/
export function writeHostedUrl({
	endpoint,
	bucket,
	prefix,
}: {
	readonly endpoint: string;
	readonly bucket: string;
	readonly prefix: string;
}): string | undefined {
	const host = readHost(endpoint);
	if (!host || host.bucket !== undefined) return undefined;
	return `s3://${[`${bucket}.${host.endpoint.replace('https://', '')}`, prefix].filter(Boolean).join('/')}`;
}
