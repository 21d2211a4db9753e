import {once} from 'node:events';
import {createServer as createHttpsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, test} from 'vitest';
import {openHttp} from '../../source/adapters/http.ts';
import {openObjectStore} from '../../source/adapters/object-store.ts';
import type {StoreTarget} from '../../source/core/readers.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import type {Provider} from '../../source/core/storage/provider.ts';
import {failFor} from '../../source/core/storage/verdict.ts';
import {explainRefusal} from '../../source/engine/storage.ts';
import {custom} from '../../source/providers/custom.ts';
import {r2} from '../../source/providers/r2.ts';
import {makeCertificate} from '../helpers/certificate.ts';
import {openS3Server} from '../helpers/s3-server.ts';
import {openCannedServer} from '../helpers/tcp-server.ts';

const id = 'AKIAIOSFODNN7EXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const store = openObjectStore(openHttp(), Date.now);
const opened: {close(): Promise<void>}[] = [];
const open = <Server extends {close(): Promise<void>}>(server: Server): Server => {
	opened.push(server);
	return server;
};
afterEach(async () => {
	for (const server of opened.splice(0)) await server.close();
});

const buildTarget = (endpoint: string, change: Partial<StoreTarget> = {}): StoreTarget => ({
	...{endpoint, region: 'us-east-1', bucket: 'store', prefix: 'blog'},
	accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', id),
	secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', secret),
	...change,
});

async function explain(target: StoreTarget, provider: Provider = custom) {
	const answer = await store.list(target);
	if (answer.is === 'ok') throw new Error('The storage did not refuse.');
	const {code, message, hint, questionId} = failFor(
		await explainRefusal({task: 'list', answer, target, provider}, store),
		'failed',
	);
	return {code: code.replace('storage-', ''), message, hint, questionId};
}

/** Opens a server that always answers with this. */
async function answerWith(status: string, headers: readonly string[] = [], body = ''): Promise<string> {
	const head = [`HTTP/1.1 ${status}`, `content-length: ${body.length}`, 'connection: close', ...headers];
	const server = open(await openCannedServer(`${head.join('\r\n')}\r\n\r\n${body}`));
	return `http://127.0.0.1:${server.port}`;
}

const errorBody = (code: string, rest = '') =>
	`<Error><Code>${code}</Code><Message>No.</Message>${rest}</Error>`;

test('a 301 that remains in the region of the bucket needs another endpoint', async () => {
	const server = open(await openS3Server({users: [{keyId: id, secret}], buckets: {store: 'eu-central-1'}}));
	server.behaviour.redirects = true;
	expect(await explain(buildTarget(server.endpoint))).toMatchObject({
		code: 'wrong-region',
		hint: expect.stringContaining('--storage-region eu-central-1'),
	});
	const region = ['x-amz-bucket-region: eu-central-1'];
	const endpoint = await answerWith('301 Moved', region, errorBody('PermanentRedirect'));
	const unnamed = await explain(buildTarget(endpoint, {region: 'eu-central-1'}));
	expect(unnamed).toEqual({
		code: 'wrong-endpoint',
		message: `Bucket store is in eu-central-1, which is not at ${endpoint} (301 PermanentRedirect).`,
		hint: `Find the endpoint of region eu-central-1, and pass it: --endpoint URL. Where: ${custom.whereToFind.endpoint}`,
		questionId: 'endpoint',
	});
});

test.each([
	{host: 'store.s3.eu-central-1.amazonaws.com', found: 's3.eu-central-1.amazonaws.com'},
	{host: 's3.eu-central-1.amazonaws.com', found: 's3.eu-central-1.amazonaws.com'},
])('a 301 that names $host needs that endpoint', async ({host, found}) => {
	const body = errorBody('PermanentRedirect', `<Endpoint>${host}</Endpoint>`);
	const region = ['x-amz-bucket-region: eu-central-1'];
	const endpoint = await answerWith('301 Moved', region, body);
	const {code, hint} = await explain(buildTarget(endpoint, {region: 'eu-central-1'}));
	expect(code).toBe('wrong-endpoint');
	expect(hint).toContain(`Pass --endpoint http://${found} --storage-region eu-central-1.`);
});

test('AWS has an endpoint for every region', async () => {
	const target = buildTarget('https://s3.us-east-1.amazonaws.com', {region: 'eu-central-1'});
	const answer = {
		is: 'refused',
		status: 301,
		code: 'PermanentRedirect',
		message: '',
		region: 'eu-central-1',
		skewSeconds: undefined,
	} as const;
	const {fix} = await explainRefusal({task: 'list', answer, target, provider: custom}, store);
	expect(fix).toContain(
		'Pass --endpoint https://s3.eu-central-1.amazonaws.com --storage-region eu-central-1.',
	);
});

test('a redirect from http to https names the endpoint', async () => {
	const location = 'https://s3.example.com/store?list-type=2&X-Amz-Signature=abc';
	const endpoint = await answerWith('308 Permanent Redirect', [`location: ${location}`]);
	const {code, message, hint, questionId} = await explain(buildTarget(endpoint));
	expect([code, questionId]).toEqual(['wrong-endpoint', 'endpoint']);
	expect(message).toBe(`The storage at ${endpoint} redirects to https://s3.example.com/store (308).`);
	expect(hint).toContain('Pass --endpoint https://s3.example.com.');
});

test.each(['/minio/login?next=%2Fstore', 'https://sso.example.com/login'])(
	'a redirect to %s does not come from the S3 API',
	async location => {
		const endpoint = await answerWith('302 Found', [`location: ${location}`]);
		const {code, message} = await explain(buildTarget(endpoint));
		expect(code).toBe('not-s3');
		const shown = new URL(location, endpoint);
		expect(message).toContain(`it redirects to ${shown.origin}${shown.pathname} (302).`);
	},
);

test.each(['javascript:alert(1)', 'http://[', ''])('a redirect to %j names nothing', async location => {
	const endpoint = await answerWith('302 Found', [`location: ${location}`]);
	const {code, message} = await explain(buildTarget(endpoint));
	expect(code).toBe('not-s3');
	expect(message).not.toContain('javascript');
});

test('501 is a request that the storage does not support, or no S3 API at all', async () => {
	const storage = await answerWith('501 Not Implemented', [], errorBody('NotImplemented'));
	expect(await explain(buildTarget(storage))).toMatchObject({
		code: 'not-supported',
		message: expect.stringContaining(
			'does not support the request to list s3://store/blog (501 NotImplemented)',
		),
	});
	const page = await answerWith('501 Unsupported method', [], '<html></html>');
	expect(await explain(buildTarget(page))).toMatchObject({code: 'not-s3'});
});

test.each([
	{what: 'plain HTTP', answer: 'HTTP/1.1 400 Bad Request\r\n\r\n', provider: custom},
	{what: 'another protocol', answer: 'SSH-2.0-OpenSSH_9.2\r\n', provider: custom},
	{
		what: 'plain HTTP, where TLS errors mean another account',
		answer: 'HTTP/1.1 400 Bad\r\n\r\n',
		provider: r2,
	},
])('a port that answers TLS with $what', async ({answer, provider}) => {
	const {port} = open(await openCannedServer(answer));
	const {code, message, hint} = await explain(buildTarget(`https://127.0.0.1:${port}`), provider);
	expect(code).toBe('tls-failure');
	expect(message).toBe(
		`The server at https://127.0.0.1:${port} answers without TLS, so it is no https endpoint.`,
	);
	expect(hint).toContain(`pass --endpoint http://127.0.0.1:${port}, which sends the database unencrypted`);
});

test.each([Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), 'garbage'])(
	'TLS that fails shows no internals of OpenSSL',
	async answer => {
		const {port} = open(await openCannedServer(answer));
		const {message} = await explain(buildTarget(`https://127.0.0.1:${port}`));
		expect(message).not.toMatch(/openssl|routines/i);
	},
);

async function openTlsServer(): Promise<number> {
	const server = createHttpsServer(makeCertificate(), (_, response) => response.end());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	open({
		close: () =>
			new Promise<void>(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	});
	return (server.address() as AddressInfo).port;
}

test('plain HTTP to a port with TLS, which phxfly tries', async () => {
	const port = await openTlsServer();
	const endpoint = `http://127.0.0.1:${port}`;
	expect(await explain(buildTarget(endpoint))).toMatchObject({
		code: 'wrong-endpoint',
		message: `The storage answers at https://127.0.0.1:${port}, not at ${endpoint}.`,
		hint: expect.stringContaining(`Pass --endpoint https://127.0.0.1:${port}.`),
		questionId: 'endpoint',
	});
	const {code, message} = await explain(buildTarget(`https://127.0.0.1:${port}`));
	expect(code).toBe('tls-failure');
	expect(message).toContain('self-signed certificate');
});

test('a port that says nothing over either is not said to have TLS', async () => {
	const {port} = open(await openCannedServer('', 'reset'));
	expect(await explain(buildTarget(`http://127.0.0.1:${port}`))).toMatchObject({code: 'unreachable'});
});

const swap = (endpoint: string, change: {readonly id: string; readonly secret: string}) =>
	buildTarget(endpoint, {
		accessKeyId: new Secret('LITESTREAM_ACCESS_KEY_ID', change.id),
		secretAccessKey: new Secret('LITESTREAM_SECRET_ACCESS_KEY', change.secret),
	});

test('keys are swapped only if the storage accepts them the other way round', async () => {
	const [long, short] = ['a-name-longer-than-its-password', 'password'];
	const users = [
		{keyId: id, secret},
		{keyId: long, secret: short},
		{keyId: 'blind', secret, rights: ['read' as const]},
	];
	const {endpoint, requests} = open(await openS3Server({users, buckets: {store: 'us-east-1'}}));
	expect(await store.list(swap(endpoint, {id: long, secret: short}))).toMatchObject({is: 'ok'});
	const swapped = await explain(swap(endpoint, {id: secret.replace('/', '+'), secret: id}));
	expect(swapped).toMatchObject({code: 'wrong-key-id'});
	expect(await explain(swap(endpoint, {id: secret, secret: 'blind'}))).toMatchObject({code: 'keys-swapped'});
	expect(await explain(swap(endpoint, {id: secret, secret: id}))).toMatchObject({code: 'keys-swapped'});
	expect(await explain(swap(endpoint, {id: `${long}er`, secret: short}))).toMatchObject({
		code: 'wrong-key-id',
	});
	// The secret half is never sent as an id unless it looks like one.
	const before = requests.length;
	expect(await explain(swap(endpoint, {id: 'unknown', secret}))).toMatchObject({code: 'wrong-key-id'});
	expect(requests.length).toBe(before + 1);
});
