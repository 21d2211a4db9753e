import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {storageSecrets, user} from '../helpers/storage-secrets.ts';
import {type Loss, openScene, type Scene} from '../proof/scene.ts';

/** What a hard kill may cost: Litestream sends once a second, and a busy computer needs a moment more. */
const mostLossMs = 2000;

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	let scene: Scene;
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		scene = await openScene({litestream: path ?? '', version});
		({app, server} = scene);
	});
	afterEach(() => scene.close());

	const expectRows = ({written, back}: Loss) => {
		const last = written.at(-1)?.at ?? 0;
		const lost = written.filter(({id}) => !back.some(row => row.id === id));
		expect(lost.filter(({at}) => at < last - mostLossMs)).toEqual([]);
		expect(back.map(({id}) => id)).toEqual(back.map((_, index) => index + 1));
		expect(back.length).toBeGreaterThan(20);
	};

	test.skipIf(!path)('all rows but those of the last second are back', {timeout: 60_000}, async () => {
		app.start(storageSecrets(server));
		await scene.write(120);
		expectRows(await scene.loseVolume());
	});

	test.skipIf(!path)('what was written before a quiet time is back whole', async () => {
		app.start(storageSecrets(server));
		await scene.write(60);
		app.pause(true);
		// Litestream sends once a second: twice that without a row, and all of them are there.
		await until(() => Date.now() - (app.acknowledged().at(-1)?.at ?? 0) > 2500);
		const {written, back} = await scene.loseVolume();
		expect(back).toEqual(written);
	});

	test.skipIf(!path)("the seed's own secrets boot, with what `storage create` sets", async () => {
		// No LITESTREAM_ENDPOINT, no region, no separate key.
		const secrets = {
			LITESTREAM_REPLICA_URL: 's3://store-1/wisp',
			AWS_ACCESS_KEY_ID: user.keyId,
			AWS_SECRET_ACCESS_KEY: user.secret,
			AWS_ENDPOINT_URL_S3: server.endpoint,
			AWS_REGION: 'us-east-1',
			BUCKET_NAME: 'store-1',
		};
		app.start(secrets);
		await scene.write(80);
		expectRows(await scene.loseVolume(secrets));
	});

	test.skipIf(!path)('keys of an earlier storage do not get in the way', async () => {
		const stale = {
			AWS_ACCESS_KEY_ID: 'tid_stale',
			AWS_SECRET_ACCESS_KEY: 'tsec_stale',
			AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
			AWS_REGION: 'auto',
		};
		const secrets = {...storageSecrets(server), ...stale};
		app.start(secrets);
		await scene.write(80);
		expectRows(await scene.loseVolume(secrets));
		expect(server.requests.filter(({status}) => status === 403)).toEqual([]);
	});

	test.skipIf(!path)('without credentials it ends with 78 and one line', async () => {
		const {LITESTREAM_SECRET_ACCESS_KEY: _, ...secrets} = storageSecrets(server);
		app.start(secrets);
		await until(() => app.exit() !== undefined);
		expect(app.exit()).toBe(78);
		expect(app.output().trim().split('\n')).toHaveLength(1);
		expect(app.output()).toContain('refusing to run an unprotected database');
		expect(server.requests).toEqual([]);
	});

	test.skipIf(!path)('a wrong secret stops the boot of an empty volume', async () => {
		app.start({...storageSecrets(server), LITESTREAM_SECRET_ACCESS_KEY: 'wrong'});
		await until(() => app.exit() !== undefined);
		expect(app.exit()).toBe(78);
		expect(app.output()).toContain('SignatureDoesNotMatch');
		expect(app.output()).toContain('entrypoint: the storage rejects the key pair; nothing was started');
		expect(app.acknowledged()).toEqual([]);
	});
});
