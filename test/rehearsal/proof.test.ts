import {expect, test} from 'vitest';
import {openMachineShell} from '../../source/core/litestream/machine.ts';
import {runProof} from '../../source/core/proof/machine.ts';
import {proofScript} from '../../source/core/proof/script/script.ts';
import {judgeProof} from '../../source/core/proof/verdict.ts';
import type {FlyReader} from '../../source/core/readers.ts';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {sampleToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';
import {openVirtualClock} from '../helpers/virtual-clock.ts';

async function deploy() {
	const fly = openWorldInMemory();
	const files = {...readSample(), 'fly.toml': sampleToml};
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	const secrets = {
		SECRET_KEY_BASE: 's'.repeat(64),
		LITESTREAM_REPLICA_URL: 's3://store/blog',
		LITESTREAM_ENDPOINT: 'https://s3.us-east-1.amazonaws.com',
		LITESTREAM_ACCESS_KEY_ID: 'AKIATEST00000000TEST',
		LITESTREAM_SECRET_ACCESS_KEY: 'secret',
	};
	const stdin = Object.entries(secrets)
		.map(([name, value]) => `${name}="${value}"\n`)
		.join('');
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin, files});
	const {exit, stderr} = await fly.call(['deploy', '--ha=false', '--dns-checks=false'], {files});
	expect(exit, stderr.slice(-400)).toBe(0);
	fly.advance(30_000);
	const [machine] = fly.world.machines;
	if (!machine) throw new Error('There is no machine.');
	const exec: FlyReader['exec'] = async (app, id, line, seconds) => {
		const argv = ['machine', 'exec', id, line, '-a', app, '--json', '--timeout', String(seconds)];
		const {stdout} = await fly.call(argv, {env: {LOG_LEVEL: 'error'}});
		const {
			exit_code = 0,
			stdout: out = '',
			stderr: err = '',
		} = JSON.parse(stdout) as Partial<{
			exit_code: number;
			stdout: string;
			stderr: string;
		}>;
		return {exit_code, stdout: out, stderr: err};
	};
	return {...fly, machine, exec};
}

const litestream = {
	version: '0.5.17',
	is05: true,
	hasEntrypoint: true,
	complete: (words: readonly string[]) => ['/usr/local/bin/entrypoint', 'litestream', ...words],
	run: () => Promise.reject(new Error('The script runs Litestream.')),
};

const options = {databasePath: '/data/wisp_prod.db', sockets: ['/tmp/litestream.sock'], limitSeconds: 60};

async function prove(mistake?: (line: string) => string) {
	const {machine, exec, advance, world} = await deploy();
	const changed: FlyReader['exec'] = (app, id, line, seconds) =>
		exec(app, id, mistake ? mistake(line) : line, seconds);
	const shell = openMachineShell({exec: changed} as FlyReader, 'blog-1', machine.id);
	const clock = {...openVirtualClock(), sleep: async (ms: number) => advance(ms)};
	const ran = await runProof({shell, litestream, clock}, options);
	return {ran, machine, world};
}

test('the built-in Fly reports what its Litestream and its bucket would lead to, and keeps nothing', async () => {
	const {ran, machine} = await prove();
	if (ran.is !== 'found') throw new Error(ran.is);
	expect(judgeProof(ran.report)).toEqual({status: 'proved', cause: ''});
	expect(ran.report).toMatchObject({pages: 14, sync: 'ok', check: 'ok', objects: 2});
	expect(machine.proof).toBeUndefined();
	expect(machine.files).toBeUndefined();
});

test('it runs no other script than that of its own phxfly', async () => {
	const other = Buffer.from(`${proofScript}#`).toString('base64');
	const {ran} = await prove(line => line.replace(/echo [\w+/=]{100,}/, `echo ${other}`)).catch(error => ({
		ran: {is: 'refused', said: String(error)},
	}));
	expect(ran.is).not.toBe('found');
});
