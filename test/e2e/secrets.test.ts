import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {answerFlags, type ProviderId} from '../helpers/answers.ts';
import {asChildren, openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const planted = {
	RESEND_API_KEY: 're_canaryQ8vX2mW5kT9rL3pB7nD',
	LITESTREAM_ACCESS_KEY_ID: 'AKIACANARYQ8VX2MW5KT',
	LITESTREAM_SECRET_ACCESS_KEY: 'canaryQ8vX2mW5kT9rL3pB7nD/4sF6gH1jK+0zAbC',
};

let rehearsal: Rehearsal;
afterEach(() => rehearsal.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Every run of characters a key could be, at least 16 long: of base64, of hex, with the prefixes of Tigris. */
function* listCandidates(text: string): Generator<string> {
	for (const [run] of text.matchAll(/[\w+/=.-]{16,}/g)) {
		yield run;
		// What follows a name, or is inside a longer run of the alphabet of SECRET_KEY_BASE.
		const [, value] = /^\w+=(.+)$/.exec(run) ?? [];
		if (value) yield value;
		for (let at = 0; at + 64 <= run.length && run.length <= 4096; at++) yield run.slice(at, at + 64);
	}
}

/** All that is on disk and was printed, by where. */
function collectTraces(printed: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
	const files = [...readTree(join(rehearsal.folder, '..'))].filter(([path]) => !path.startsWith('package/'));
	return new Map([
		...files.map(([path, bytes]) => [path, bytes.toString('latin1')] as const),
		...Object.entries(printed),
	]);
}

function expectNoTrace(traces: ReadonlyMap<string, string>, secretNames: readonly string[]): void {
	for (const [where, text] of traces) {
		for (const [name, value] of Object.entries(planted)) {
			for (const form of [
				value,
				encodeURIComponent(value),
				Buffer.from(value).toString('base64'),
				Buffer.from(value).toString('hex'),
			]) {
				expect({where, name, leaks: text.includes(form)}).toEqual({where, name, leaks: false});
			}
		}
	}

	const {secrets} = rehearsal.world();
	const digests = new Map(
		secrets.filter(({value}) => value === undefined).map(({sha256: digest, name}) => [digest, name]),
	);
	expect([...digests.values()]).toEqual(expect.arrayContaining([...secretNames]));
	const leaks = [...traces].flatMap(([where, text]) =>
		[...new Set(listCandidates(text))].flatMap(candidate => {
			const name = digests.get(sha256(candidate));
			return name ? [`${name} in ${where}`] : [];
		}),
	);
	expect(leaks).toEqual([]);
}

const storage = {
	tigris: ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'],
	s3: ['LITESTREAM_ACCESS_KEY_ID', 'LITESTREAM_SECRET_ACCESS_KEY'],
} satisfies Partial<Record<ProviderId, readonly string[]>>;

test.each(['tigris', 's3'] as const)(
	'no key is anywhere after a run with %s, one that was killed, and one that failed',
	async provider => {
		rehearsal = openRehearsal();
		const argsAt = (speed: number) => [
			...['rehearse', '--yes', '--speed', String(speed), '--verbose', '--wait', '1h', '--world', 'w.json'],
			...answerFlags(provider).filter(word => word !== '--no-mail'),
		];
		const options = {env: planted};
		const killed = rehearsal.start(argsAt(60), {env: {...planted, ...asChildren}});
		await killed.until(() => rehearsal.isCalling('secrets', 'import'));
		killed.kill('SIGKILL');
		const first = await killed.ended;

		const failed = await rehearsal.run([...argsAt(400), '--bucket', 'missing-bucket'], options);
		expect(failed.exit).not.toBe(0);
		const done = await rehearsal.run([...argsAt(400), '--json'], options);
		expect(done.exit).toBe(0);

		const printed = Object.fromEntries(
			Object.entries({first, failed, done}).flatMap(([name, {stdout, stderr}]) => [
				[`${name} stdout`, stdout],
				[`${name} stderr`, stderr],
			]),
		);
		const argv = JSON.stringify(rehearsal.world().calls.map(call => call.argv));
		expectNoTrace(collectTraces({...printed, argv}), [
			'RESEND_API_KEY',
			'SECRET_KEY_BASE',
			...storage[provider],
		]);
		// The values did arrive, whole.
		const mail = rehearsal.world().secrets.find(({name}) => name === 'RESEND_API_KEY');
		expect(mail?.sha256).toBe(sha256(planted.RESEND_API_KEY));
		if (provider === 's3') {
			const key = rehearsal.world().secrets.find(({name}) => name === 'LITESTREAM_SECRET_ACCESS_KEY');
			expect(key?.sha256).toBe(sha256(planted.LITESTREAM_SECRET_ACCESS_KEY));
		}
	},
);

test('the search itself finds a key that leaks', async () => {
	rehearsal = openRehearsal();
	const value = 'c0ffee/c0ffee+c0ffee/c0ffee+c0ffee/c0ffee+c0ffee/c0ffee+c0ffee/c';
	expect(value).toHaveLength(64);
	for (const text of [
		value,
		`SECRET_KEY_BASE="${value}"`,
		`{"SECRET_KEY_BASE":"${value}"}`,
		`SECRET_KEY_BASE=${value}\n`,
	]) {
		expect([...listCandidates(text)].map(sha256)).toContain(sha256(value));
	}
	expect([...listCandidates('AWS_SECRET_ACCESS_KEY: tsec_0123456789abcdef')]).toContain(
		'tsec_0123456789abcdef',
	);
});
