import {createHash} from 'node:crypto';
import {AwsV4Signer} from 'aws4fetch';
import type {HttpRequest, StoreTarget} from '../core/readers.ts';

type Unsigned = {readonly method: HttpRequest['method']; readonly url: string; readonly body?: string};

/**
Signs an S3 request with Signature Version 4, its payload included: Tigris and R2 refuse an unsigned one in places.

@param nowMs - Milliseconds since 1970; services refuse a signature more than 15 minutes off.
@see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html | Authenticating requests}
*/
export async function signRequest(
	target: StoreTarget,
	unsigned: Unsigned,
	nowMs: number,
): Promise<HttpRequest> {
	const {method, url, body} = unsigned;
	const signer = new AwsV4Signer({
		method,
		url,
		headers: {
			'x-amz-content-sha256': createHash('sha256')
				.update(body ?? '')
				.digest('hex'),
		},
		accessKeyId: target.accessKeyId.reveal(),
		secretAccessKey: target.secretAccessKey.reveal(),
		service: 's3',
		region: target.region,
		datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
	});
	const {headers} = await signer.sign();
	return {method, url, headers: Object.fromEntries(headers), ...(body === undefined ? {} : {body})};
}
