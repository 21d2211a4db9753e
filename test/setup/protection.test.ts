import {expect, test} from 'vitest';
import type {PlanContext} from '../../source/core/plan/context.ts';
import {readProject} from '../../source/core/project/project.ts';
import {s3} from '../../source/providers/s3.ts';
import {tigris} from '../../source/providers/tigris.ts';
import {requireSwitches} from '../../source/setup/protection.ts';

const mix = 'defmodule A do\n  def project, do: [app: :shop, deps: [{:phoenix, "~> 1.8"}]]\nend\n';

type Given = {
	readonly provider?: typeof s3;
	readonly existing?: boolean;
	readonly env?: string;
	readonly image?: string;
	readonly isUrl?: boolean;
	readonly value?: string;
};

function check(
	name: string,
	{provider = s3, existing = false, env = '', image = '', isUrl = false, value}: Given,
) {
	const reading = readProject(
		new Map([
			['mix.exs', mix],
			['fly.toml', `app = "shop"\n[env]\n${env}\n`],
			['Dockerfile', `FROM debian\n${image}\nCMD ["a"]\n`],
		]),
	);
	if (!reading.ok) throw new Error(reading.problem);
	const context = {
		app: 'shop',
		existing: existing ? {} : undefined,
		provider,
		facts: reading.facts,
		appSecrets: [{name: 'SECRET_KEY_BASE'}],
		storageSecrets: [{name: 'LITESTREAM_REPLICA_URL'}],
	} as unknown as PlanContext;
	const fly = {listSecrets: async () => [{name: 'LISTED'}]} as unknown as Parameters<
		typeof requireSwitches
	>[2]['fly'];
	return requireSwitches(
		[{name, path: 'run.sh', line: 4, ...(isUrl ? {isUrl} : {}), ...(value === undefined ? {} : {value})}],
		context,
		{fly},
	);
}

test.each([
	['LITESTREAM_REPLICA_URL', {}],
	['BUCKET_NAME', {provider: tigris}],
	['OWN', {env: 'OWN = "1"'}],
	['OWN', {image: 'ENV OWN=1'}],
	['OWN', {image: 'ARG GIVEN\nENV OWN=$GIVEN'}],
	['OWN', {value: 'true', env: 'OWN = "true"'}],
	['LISTED', {existing: true}],
])('%s is set by something: %o', async (name, given) => {
	await expect(check(name, given)).resolves.toBeUndefined();
});

test.each([
	['BUCKET_NAME', {}],
	['LISTED', {}],
])('without %s the image would start the app alone, which is refused', async (name, given) => {
	await expect(check(name, given)).rejects.toMatchObject({
		code: 'cannot-protect',
		message: `run.sh, line 4: The script starts the app without Litestream unless ${name} is set, and nothing sets ${name}.`,
	});
});

test.each([
	[{value: 'true'}, 'unless OWN is true, and nothing sets OWN.'],
	[{value: 'true', env: 'OWN = "false"'}, 'unless OWN is true, and OWN is false.'],
	[{env: 'OWN = ""'}, 'unless OWN is set, and OWN is empty.'],
	[{image: 'FROM debian AS other\nENV OWN=1\nFROM debian'}, 'unless OWN is set, and nothing sets OWN.'],
])('a variable that is not what it must be is refused: %o', async (given, end) => {
	await expect(check('OWN', given)).rejects.toThrow(end);
});

test('a URL in a variable that phxfly cannot write is refused', async () => {
	await expect(check('REPLICA_URL', {provider: tigris, isUrl: true})).rejects.toMatchObject({
		code: 'cannot-protect',
		message:
			'run.sh, line 4: The script takes the place of the replica from REPLICA_URL. Nothing sets REPLICA_URL, and such a URL cannot name the endpoint of Tigris.',
		hint: expect.stringContaining(
			'  litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"\n',
		),
	});
	await expect(check('REPLICA_URL', {env: 'REPLICA_URL = "s3://b/p"', isUrl: true})).resolves.toBeUndefined();
});

test('Fly is not asked for what a plan sets anyway', async () => {
	const asked: string[] = [];
	const context = {
		app: 'shop',
		existing: {},
		facts: {},
		appSecrets: [],
		storageSecrets: [{name: 'LITESTREAM_REPLICA_URL'}],
	} as unknown as PlanContext;
	const fly = {listSecrets: async (app: string) => asked.push(app)} as unknown as Parameters<
		typeof requireSwitches
	>[2]['fly'];
	await requireSwitches([{name: 'LITESTREAM_REPLICA_URL', path: 'run.sh', line: 4}], context, {fly});
	expect(asked).toEqual([]);
});
