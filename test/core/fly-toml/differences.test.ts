import {expect, test} from 'vitest';
import {compareConfig} from '../../../source/core/fly-toml/differences.ts';
import type {Readers} from '../../../source/core/readers.ts';

const text = `app = "blog-1"
primary_region = "sjc"
[env]
PHX_HOST = "blog.example.com"
PORT = 8080
[http_service]
internal_port = 8080
force_https = true
auto_stop_machines = "off"
min_machines_running = 1
[[mounts]]
source = "wisp_data"
destination = "/data"
`;

/** As `config show` prints that file after a deploy. */
const released = {
	app: 'blog-1',
	primary_region: 'sjc',
	env: {PHX_HOST: 'blog.example.com', PORT: '8080'},
	http_service: {internal_port: 8080, force_https: true, auto_stop_machines: 'off', min_machines_running: 1},
	mounts: [{source: 'wisp_data', destination: '/data'}],
};

const compare = (local: string | undefined, now: unknown): Promise<readonly string[]> => {
	const fly = {showConfig: async () => now} as unknown as Readers['fly'];
	const files = {read: async () => local} as unknown as Readers['files'];
	return compareConfig('blog-1', 'fly.toml', {fly, files});
};

const {http_service: service, ...others} = released;

test.each([
	{because: 'the same', now: released},
	{because: 'a table instead of a list of mounts', now: {...released, mounts: released.mounts[0]}},
	{
		because: 'false instead of "off"',
		now: {...released, http_service: {...service, auto_stop_machines: false}},
	},
	{
		because: 'no word about stopping, which is off',
		now: {...released, http_service: {...service, auto_stop_machines: undefined}},
	},
	{because: 'a number in env', now: {...released, env: {...released.env, PORT: 8080}}},
	{
		because: 'what deploy adds by itself',
		now: {...released, env: {...released.env, PRIMARY_REGION: 'sjc', FLY_PROCESS_GROUP: 'app'}},
	},
	{
		because: 'services instead of http_service',
		now: {
			...others,
			services: [{...service, force_https: undefined, ports: [{port: 80, force_https: true}]}],
		},
	},
	{because: 'keys we know nothing of', now: {...released, kill_timeout: '5s', vm: [{memory: '1gb'}]}},
])('no difference: $because', async ({now}) => {
	expect(await compare(text, now)).toEqual([]);
});

test.each([
	{now: {...released, primary_region: 'fra'}, differs: ['primary_region']},
	{now: {...released, env: {...released.env, PHX_HOST: 'old.example.com'}}, differs: ['env.PHX_HOST']},
	{now: {...released, env: {PORT: '8080'}}, differs: ['env.PHX_HOST']},
	{now: {...released, env: {...released.env, EXTRA: '1'}}, differs: ['env.EXTRA']},
	{now: {...released, http_service: {...service, internal_port: 4000}}, differs: ['internal_port']},
	{now: {...released, http_service: {...service, auto_stop_machines: true}}, differs: ['auto_stop_machines']},
	{
		now: {...released, http_service: {...service, auto_stop_machines: 'suspend'}},
		differs: ['auto_stop_machines'],
	},
	{
		now: {...released, http_service: {...service, min_machines_running: 0}},
		differs: ['min_machines_running'],
	},
	{now: {...released, http_service: {...service, force_https: false}}, differs: ['force_https']},
	{now: {...released, mounts: [{source: 'other', destination: '/data'}]}, differs: ['mounts.source']},
	{now: {...released, mounts: [{source: 'wisp_data', destination: '/mnt'}]}, differs: ['mounts.destination']},
])('a difference in $differs', async ({now, differs}) => {
	expect(await compare(text, now)).toEqual(differs);
});

test('true and "stop" are one', async () => {
	const local = text.replace('"off"', 'true');
	expect(await compare(local, {...released, http_service: {...service, auto_stop_machines: 'stop'}})).toEqual(
		[],
	);
	expect(await compare(local, released)).toEqual(['auto_stop_machines']);
});

test.each([null, 'text', 7, {env: 'text'}, {http_service: {internal_port: 'x'}}])(
	'%j cannot be read, and that is a difference',
	async now => {
		expect(await compare(text, now)).toEqual(['the released configuration is unreadable']);
	},
);

test('without a fly.toml there is nothing to compare', async () => {
	expect(await compare(undefined, released)).toEqual([]);
});

test('no released configuration is a difference', async () => {
	expect(await compare(text, undefined)).toEqual(['no configuration is released']);
});

test('what cannot be read is not the same', async () => {
	await expect(compare('app = ', released)).rejects.toMatchObject({
		code: 'fly-toml-invalid',
		message: 'fly.toml, line 1: A value is missing after "=".',
	});
	const fly = {showConfig: async () => Promise.reject(new Error('lost'))} as unknown as Readers['fly'];
	const files = {read: async () => text} as unknown as Readers['files'];
	await expect(compareConfig('blog-1', 'fly.toml', {fly, files})).rejects.toThrow('lost');
});
