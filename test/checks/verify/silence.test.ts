import {expect, test} from 'vitest';
import {exits} from '../../../source/checks/verify/exits.ts';
import {health} from '../../../source/checks/verify/health.ts';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {Readers} from '../../../source/core/readers.ts';
import {wispToml} from '../../helpers/fly-texts.ts';

function makePlan(text: string): PlanContext {
	const parsed = parseFlyToml(text);
	if (!parsed.ok) throw new Error(parsed.problem);
	const vm = {size: 'shared-cpu-1x', memoryMb: 512};
	return {app: 'blog-1', vm, facts: {flyToml: {text, config: parsed.config}}} as unknown as PlanContext;
}

test('a health check without a result is not yet healthy, and not a missing check', async () => {
	const readers = {fly: {listChecks: async () => ({m1: []})}} as unknown as Readers;
	expect(await health.check(makePlan(wispToml), readers)).toMatchObject({status: 'not-yet'});
	const without = makePlan('app = "blog-1"\n[http_service]\ninternal_port = 8080\n');
	expect(await health.check(without, readers)).toMatchObject({status: 'could-not-tell'});
});

test.each([
	{machines: []},
	{machines: [{id: 'm1', state: 'started', config: {metadata: {fly_process_group: 'app'}}}]},
])('no events do not prove that there was no crash: $machines', async ({machines}) => {
	const fly = {listMachines: async () => machines, listReleases: async () => []};
	const readers = {fly} as unknown as Readers;
	expect(await exits.check(makePlan(wispToml), readers)).toMatchObject({status: 'could-not-tell'});
});
