import type {Solve} from '../storage/settings.ts';
import {type LitestreamConfig, type LitestreamDatabase, refuseConfig, splitUrl} from './config.ts';

/**
Solves where the replica lies: a url that is one variable, a url in parts, or `type: s3` with bucket and path.

@throws {Failure} Exit 2 with the line, for another kind of place.
*/
export function choosePlace(
	{file}: LitestreamConfig,
	{line, type, url, bucket, prefix}: LitestreamDatabase,
	wanted: {readonly bucket: string; readonly prefix: string},
	solve: Solve,
): void {
	const place = [wanted.bucket, wanted.prefix].filter(Boolean).join('/');
	if (url && url.parts.length === 1 && url.parts[0]?.is === 'variable') {
		solve(url, `s3://${place}`, 'the url', 'bucket');
		return;
	}

	const parts = url
		? splitUrl(url)
		: bucket && (type?.text ?? 's3') === 's3'
			? {bucket, path: prefix}
			: undefined;
	if (!parts) {
		const kind = url?.text ?? type?.text ?? 'another kind of place';
		const problem = `the replica is ${kind}; phxfly sets up S3-compatible storage only.`;
		throw refuseConfig(
			file,
			url?.line ?? type?.line ?? line,
			problem,
			'Write `url: $LITESTREAM_REPLICA_URL`',
		);
	}

	if (url && /[?]/.test(url.text)) {
		const problem = 'what stands behind the ? is ignored by Litestream 0.3.';
		throw refuseConfig(file, url.line, problem, 'Write endpoint and region as settings of their own');
	}

	solve(parts.bucket, wanted.bucket, 'the bucket', 'bucket');
	if (parts.path && parts.path.parts.length > 0) solve(parts.path, wanted.prefix, 'the path', 'prefix');
	else if (wanted.prefix !== '') {
		const problem = `the replica lies at the top of the bucket, and below ${wanted.prefix} is wanted.`;
		throw refuseConfig(file, parts.bucket.line, problem, `Add the path ${wanted.prefix}`);
	}
}
