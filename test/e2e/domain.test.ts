import {afterAll, beforeAll, expect, test} from 'vitest';
import {changeWorld} from '../../source/rehearsal/engine/world-file.ts';
import {simulatedNow, type World} from '../../source/rehearsal/world/world.ts';
import {answerFlags} from '../helpers/answers.ts';
import {openRehearsal, type Rehearsal, type Running} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

const domain = 'never.example.com';
const common = ['--rehearse', '--speed', '400', '--world', 'w.json'];

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = openRehearsal();
	const answers = answerFlags().map(word => (word === 'blog.example.com' ? domain : word));
	const setUp = await rehearsal.run(['setup', ...common, '--yes', '--json', '--wait', '0s', ...answers]);
	expect(setUp.exit, setUp.stdout.slice(-2000) + setUp.stderr).toBe(3);
}, 240_000);
afterAll(() => rehearsal.close());

type Record = Omit<World['dns'][number], 'name'>;

/** The records of the domain from now on; the owner's work, seen from outside. */
const write = (...records: readonly Record[]) =>
	changeWorld(rehearsal.worldPath, world => {
		world.dns = records.map(record => ({name: domain, ...record}));
	});

function ownAddresses() {
	const {addresses} = rehearsal.world();
	const find = (type: string) => addresses.find(entry => entry.type === type)?.address ?? '';
	return {a: {type: 'A', value: find('shared_v4')}, aaaa: {type: 'AAAA', value: find('v6')}} as const;
}

const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates).length;
const watch = () => rehearsal.start(['verify', '--watch', '--json', ...common]);

/** Waits until a check says that; what it said before does not count. */
async function says(running: Running, id: string, status: string, part: string): Promise<void> {
	const last = () => running.events.findLast(event => event.type === 'check-changed' && event.id === id);
	await running.until(() => {
		const event = last();
		return event?.status === status && JSON.stringify(event).includes(part);
	});
}

test('a domain from start to end, killed and stopped in between, without a changing call', async () => {
	const {a, aaaa} = ownAddresses();
	const changes = mutating();
	const first = watch();
	await says(first, 'dns', 'not-yet', 'has no A and no AAAA record yet');
	await says(first, 'https', 'not-yet', 'waiting for DNS');
	const records = () => first.events.filter(({type}) => type === 'record-needed');
	await first.until(() => records().length === 2);
	expect(records()).toMatchObject([
		{recordType: 'A', name: domain, host: 'never', value: a.value},
		{recordType: 'AAAA', name: domain, host: 'never', value: aaaa.value},
	]);

	await write(a, {type: 'AAAA', value: '2001:db8::9'}, {type: 'CAA', value: '0 issue "digicert.com"'});
	await says(first, 'dns', 'not-yet', 'delete AAAA 2001:db8::9');
	await says(first, 'caa', 'not-yet', 'forbids');

	await write({type: 'A', value: '104.21.3.4'}, {type: 'AAAA', value: '2606:4700:3033::1'});
	await says(first, 'dns', 'not-yet', 'DNS only');
	await says(first, 'caa', 'proved', 'no CAA record');
	first.kill('SIGKILL');
	expect((await first.ended).exit).toBeUndefined();

	const second = watch();
	await says(second, 'dns', 'not-yet', "is behind Cloudflare's proxy");
	const nowMs = simulatedNow(rehearsal.world());
	await write(a);
	await says(second, 'dns', 'not-yet', 'has no AAAA record yet');
	await write(a, aaaa, {type: 'A', value: '192.0.2.1', goneAt: nowMs, ttl: 10_000_000});
	await says(second, 'dns', 'not-yet', 'the resolver of this network still returns 192.0.2.1');
	await says(second, 'certificate', 'proved', `issued for ${domain}`);
	await says(second, 'https', 'proved', 'answers 200');
	second.kill('SIGINT');
	const left = await second.ended;
	expect(left.exit).toBe(130);
	expect(left.events.at(-1)).toMatchObject({type: 'finished', exit: 130});

	const third = watch();
	await says(third, 'dns', 'not-yet', 'still returns 192.0.2.1');
	await write(a, aaaa);
	const {exit, events, strayLines} = await third.ended;
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	const last = new Map(events.filter(({id}) => id).map(({id, status}) => [id, status]));
	expect(['dns', 'caa', 'certificate', 'https'].map(id => last.get(id))).toEqual(Array(4).fill('proved'));
	expect(mutating()).toBe(changes);
}, 240_000);

test('lines: what to do is said, an unchanged look says nothing, --wait bounds it', async () => {
	await write();
	const {exit, stdout, stderr} = await rehearsal.run(['verify', '--watch', '--wait', '2h', ...common]);
	expect(exit).toBe(3);
	expect(stdout.match(/^check dns: not yet/gm)).toHaveLength(1);
	expect(stdout).toContain(`record needed: ${domain} A ${ownAddresses().a.value} (host: never)\n`);
	expect(stderr).toMatch(/^dns: at the DNS provider of example\.com \(ns1\.example\.com/m);
	expect(stderr).toMatch(/^Waiting for dns.*, checking every 15 s\. Ctrl-C to stop/m);
	expect(stderr.match(/^Waiting for/gm)?.length).toBeLessThan(12);
}, 240_000);

test('on a terminal: a countdown, what changed, a look by a key; left by Ctrl-C', async () => {
	await write();
	const words = ['verify', '--watch', '--rehearse', '--world', 'w.json', '--speed', '10'];
	const terminal = openTerminal(process.execPath, [`${rehearsal.packageFolder}/dist/cli.js`, ...words], {
		cwd: rehearsal.folder,
		env: rehearsal.environment,
	});
	await terminal.waitFor(/Next check in \d+ s\./, 60_000);
	expect(terminal.screen()).toMatch(/What to do: at the DNS provider of example\.com/);
	expect(terminal.screen()).toMatch(/DNS records in example\.com .*\n +never {2}A +\d/);
	await write({type: 'A', value: '192.0.2.1'});
	terminal.type('\r');
	await terminal.waitFor(/ago: DNS: never\.example\.com points to 192\.0\.2\.1/, 60_000);
	const {a} = ownAddresses();
	await write(a);
	terminal.type('\r');
	const isMade = (screen: string) => /never {2}AAAA/.test(screen) && !/never {2}A {2,}/.test(screen);
	await terminal.waitFor(isMade, 60_000);
	terminal.type('\u0003');
	expect(await terminal.exits(60_000)).toBe(130);
	expect(terminal.scrollback()).toContain('Nothing was changed. Run the same command to keep waiting.');
}, 240_000);
