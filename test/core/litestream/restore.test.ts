import {expect, test} from 'vitest';
import {Failure} from '../../../source/core/errors/failure.ts';
import {describeDrill, showAge} from '../../../source/core/litestream/drill.ts';
import {explainLitestreamError} from '../../../source/core/litestream/failures.ts';
import {findLackOfRoom, openMachineShell} from '../../../source/core/litestream/machine.ts';
import {readGenerations, readNewestTransaction} from '../../../source/core/litestream/restore.ts';
import type {FlyReader} from '../../../source/core/readers.ts';

test.each([
	['credentials', 'api error SignatureDoesNotMatch: The request signature we calculated does not match'],
	['credentials', 'error="InvalidAccessKeyId: The AWS Access Key Id you provided does not exist"'],
	['credentials', 'monitor error error="NoCredentialProviders: no valid providers in chain. Deprecated."'],
	[
		'credentials',
		'Error: get v0.3.x time bounds: s3: list generations: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
	],
	['credentials', 'InvalidArgument: Credential access key has length 64, should be 32'],
	['credentials', 'https response error StatusCode: 403, RequestID: , api error AccessDenied: Access Denied'],
	[
		'bucket',
		'operation error S3: PutObject, StatusCode: 404, api error NoSuchBucket: The specified bucket does not exist',
	],
	['region', "AuthorizationHeaderMalformed: the region 'eu-west-1' is wrong; expecting 'us-east-1'"],
	[
		'clock',
		'RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
	],
	[
		'endpoint',
		'RequestError: send request failed caused by: Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
	],
	['endpoint', 'dial tcp: lookup nowhere.example: no such host'],
	['endpoint', 'tls: failed to verify certificate: x509: certificate is valid for a, not b'],
	[
		'process',
		'Error: failed to connect to control socket: Post "http://localhost/sync": dial unix /x.sock: connect: connection refused',
	],
	[
		'time-out',
		'Error: failed to connect to control socket: context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
	],
	[
		'path',
		'Error: sync failed: replica sync: open ltx file /data/.a.db-litestream/ltx/0/1.ltx: no such file or directory',
	],
	['path', 'Error: sync failed: database not found: /data/a.db'],
	[
		'path',
		'Error: decode database: decode page 8: copy page 9 header: nonsequential page numbers in snapshot transaction: 7,9',
	],
	['replica', 'Error: cannot calc restore plan: non-contiguous transaction files: 0000000000000004'],
	['replica', 'cannot restore wal: lz4: invalid frame checksum'],
	['space', 'write /tmp/x: no space left on device'],
	['unknown', 'Error: something new'],
])('%s is blamed for %s', (cause, said) => {
	const fault = explainLitestreamError(said);
	expect(fault).toMatchObject({cause, hint: expect.stringMatching(/\w/)});
	// What exists only once is never given up on a guess.
	expect(fault.hint).not.toMatch(/delete .*litestream/);
});

test('the region that the bucket is in, and the words of what is not known', () => {
	const said = "the region 'a' is wrong; expecting 'eu-central-1' AuthorizationHeaderMalformed";
	expect(explainLitestreamError(said).detail).toBe('region: the bucket is in another region: eu-central-1');
	expect(explainLitestreamError('level=ERROR msg="x" error="what \\"now\\""').detail).toContain(
		'what \\"now\\"',
	);
});

test('ltx and generations as both releases print them', () => {
	const row = (level: number, txid: string, timestamp: string) => ({level, max_txid: txid, timestamp});
	const rows = [
		row(0, '000000000000000a', '2026-11-22T05:34:09Z'),
		row(1, '000000000000000a', '2026-11-22T05:34:39Z'),
		row(9, '0000000000000001', '2026-11-22T05:34:00Z'),
	];
	expect(readNewestTransaction(JSON.stringify(rows, undefined, 2))).toEqual({
		txid: 10n,
		atMs: Date.parse('2026-11-22T05:34:09Z'),
	});
	const table = `name  generation        lag    start                 end
s3    555d5ec439f48b33  -700ms  2026-11-22T05:35:21Z  2026-11-22T05:35:22Z
s3    aaaaaaaaaaaaaaaa  1h2m3.5s  2026-11-20T05:35:21Z  2026-11-20T05:35:22Z
`;
	expect(readGenerations(table)).toEqual([
		{id: '555d5ec439f48b33', endMs: Date.parse('2026-11-22T05:35:22Z')},
		{id: 'aaaaaaaaaaaaaaaa', endMs: Date.parse('2026-11-20T05:35:22Z')},
	]);
});

test('room: the copy needs twice the size, and an unknown size is not enough', () => {
	const mib = 1024 * 1024;
	const room = {databaseBytes: 10 * mib, freeBytes: 36 * mib, memoryBytes: undefined};
	expect(findLackOfRoom(room)).toBeUndefined();
	expect(findLackOfRoom({...room, freeBytes: 36 * mib - 1})).toContain(
		'36 MB free, but a restore of this database needs 36 MB',
	);
	expect(findLackOfRoom({...room, freeBytes: undefined})).toContain('is unknown');
	expect(findLackOfRoom({...room, databaseBytes: undefined})).toContain('not at DATABASE_PATH');
	expect(findLackOfRoom({...room, memoryBytes: mib})).toContain('1 MB of memory');
});

test('a drill in words', () => {
	const found = {
		bytes: 5000,
		rows: undefined,
		isChecked: false,
		ageMs: undefined,
		skews: [],
		gaps: 'none',
		where: 'here',
	} as const;
	expect(describeDrill(found)).toBe(
		'restored here, 5 KB, integrity not checked (no sqlite3 there), without a gap; rows not counted (no sqlite3 there); age unknown',
	);
	expect(describeDrill({...found, gaps: 'unknown', isArrival: true, ageMs: 61_000})).toMatch(
		/, not checked for gaps: run it on this computer, with the keys; .*; its last change reached the storage 1 min ago$/,
	);
	const rows = {counts: new Map([['posts', 3]]), unread: ['places', 'notes']};
	const skews = ["this computer's clock is 9 s ahead of that of the machine"];
	expect(describeDrill({...found, rows, ageMs: 61_000, skews})).toMatch(
		/; posts 3; not counted, since sqlite3 lacks their module: places, notes; the last transaction is 1 min old; this computer's clock is 9 s ahead of that of the machine$/,
	);
	expect([0, 59_000, 61_000, 5_400_000, 400_000_000].map(showAge)).toEqual([
		'0 s',
		'59 s',
		'1 min',
		'1 h 30 min',
		'4 days',
	]);
});

test('words reach the machine unchanged, whatever they contain', async () => {
	const lines: string[] = [];
	const exec: FlyReader['exec'] = async (_app, _id, line) => {
		lines.push(line);
		return {exit_code: 1, stdout: '', stderr: 'exec: "x": executable file not found in $PATH'};
	};
	const shell = openMachineShell({exec} as FlyReader, 'blog', 'm1');
	expect((await shell.run(['x', '/a b', `it's "$HOME"`, '-o=1'])).exit_code).toBe(127);
	expect(lines).toEqual([`x '/a b' 'it'"'"'s "$HOME"' -o=1`]);
});

test.each([
	['could not exec command on machine m1: exec: "x": executable file not found in $PATH', 127],
	['open /root/.fly/config.yml: no such file or directory', 'thrown'],
])('flyctl says "%s": %s', async (said, outcome) => {
	const failure = new Failure('flyctl-failed', `fly machine exec m1 x ended with 1: ${said}`, {hint: ''});
	const exec = async () => Promise.reject(failure);
	const shell = openMachineShell({exec} as unknown as FlyReader, 'blog', 'm1');
	const ended = await shell.run(['x']).then(
		({exit_code}) => exit_code,
		() => 'thrown',
	);
	expect(ended).toBe(outcome);
});
