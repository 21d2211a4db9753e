import {openS3Server, type S3Server} from './s3-server.ts';

export const user = {keyId: 'AKIATEST00000000TEST', secret: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00'};

/** Opens storage with two empty buckets in one region, and one user with every right. */
export const openStore = (): Promise<S3Server> =>
	openS3Server({users: [user], buckets: {'store-1': 'us-east-1', 'store-2': 'us-east-1'}});

/** Returns the secrets phxfly sets for your own storage. */
export const storageSecrets = (
	{endpoint}: S3Server,
	bucket = 'store-1',
): Readonly<Record<string, string>> => ({
	LITESTREAM_REPLICA_URL: `s3://${bucket}/blog`,
	LITESTREAM_ENDPOINT: endpoint,
	LITESTREAM_REGION: 'us-east-1',
	LITESTREAM_ACCESS_KEY_ID: user.keyId,
	LITESTREAM_SECRET_ACCESS_KEY: user.secret,
});
