import {expect, test} from 'vitest';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {findDockerfile} from '../../../source/core/image/find.ts';
import {readMixRun} from '../../../source/core/image/mix-run.ts';

function read(dockerfile: string, flyToml = '') {
	const reading = parseFlyToml(`app = "a"\n${flyToml}`);
	if (!reading.ok) throw new Error(reading.problem);
	const files = new Map([
		['Dockerfile', dockerfile],
		['deploy/Dockerfile', 'FROM a\nENV MIX_ENV=staging\nCMD ["x"]\n'],
	]);
	return readMixRun(findDockerfile(files, {path: 'fly.toml', config: reading.config}), reading.config);
}

const runner = '\nFROM debian\nCMD ["/app/bin/server"]\n';

test.each([
	['ENV MIX_ENV="prod"\nRUN mix release', 'prod'],
	['ARG MIX_ENV=demo\nRUN mix do compile, release', 'demo'],
	['ARG MIX_ENV=prod\nENV MIX_ENV=$MIX_ENV\nRUN mix release', 'prod'],
	['ENV MIX_ENV=test\nRUN mix test\nRUN MIX_ENV=prod mix release', 'prod'],
	['RUN mix release', undefined],
])('%s', (builder, mixEnv) => {
	expect(read(`FROM elixir AS builder\n${builder}${runner}`)).toEqual({mixEnv, isStartedByMix: false});
});

test('fly.toml fills in an argument, and one above the first stage counts', () => {
	const text = `ARG MIX_ENV=prod\nFROM elixir AS builder\nARG MIX_ENV\nRUN mix release${runner}`;
	expect(read(text).mixEnv).toBe('prod');
	expect(read(text, '[build.args]\nMIX_ENV = "demo"\n').mixEnv).toBe('demo');
});

test('a stage keeps the variables of the stage it begins with', () => {
	const text = `FROM elixir AS base\nENV MIX_ENV=demo\nFROM base AS builder\nRUN mix release${runner}`;
	expect(read(text).mixEnv).toBe('demo');
});

test('mix phx.server takes the MIX_ENV of the machine', () => {
	const text = 'FROM elixir\nENV MIX_ENV=prod\nCMD ["mix", "phx.server"]\n';
	expect(read(text)).toEqual({mixEnv: 'prod', isStartedByMix: true});
	expect(read(text, '[env]\nMIX_ENV = "dev"\n').mixEnv).toBe('dev');
	expect(read('FROM elixir\nCMD mix do ecto.migrate, phx.server\n').isStartedByMix).toBe(true);
});

test('the Dockerfile that fly.toml names counts', () => {
	const named = '[build]\ndockerfile = "./deploy/Dockerfile"\n';
	expect(read(`FROM elixir\nENV MIX_ENV=prod${runner}`, named).mixEnv).toBe('staging');
	expect(readMixRun(undefined, undefined)).toEqual({mixEnv: undefined, isStartedByMix: false});
});
