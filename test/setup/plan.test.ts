import {afterEach, expect, test} from 'vitest';
import {steps} from '../../source/cli/registry.ts';
import type {Cli, Project} from '../../source/core/command/context.ts';
import type {AnswerState} from '../../source/core/questions/question.ts';
import {preparePlan} from '../../source/setup/plan.ts';
import {buildVolume, inventory} from '../helpers/inventory.ts';
import {openRunHarness, type RunHarness} from '../helpers/run-harness.ts';

let harness: RunHarness;
afterEach(() => harness.close());

test('a plan that the person no longer waits for records nothing, in whatever app they chose since', async () => {
	const leaving = new AbortController();
	harness = openRunHarness({
		fly: {
			status: async () => inventory.status,
			async listVolumes() {
				// The person goes back and names another app, while Fly still answers.
				leaving.abort();
				journal.openSection('blog-2', 'personal');
				return [buildVolume('vol_other', 1, 'm1')];
			},
			showVolume: async () => undefined,
		},
	});
	const {project} = harness;
	const {journal} = project;
	for (const [app, id] of [
		['blog-2', 'vol_2'],
		['blog-1', 'vol_1'],
	] as const) {
		journal.openSection(app, 'personal');
		journal.closeCalls('create-volume', [{id, mark: '2026-01-01T00:00:00Z', traits: {}}]);
	}

	const before = journal.read();
	const opened = {
		...project,
		facts: {files: new Map(), secretReads: [], elixir: {repos: [], settings: []}},
		readers: {...project.readers, files: {read: async () => undefined}},
	} as unknown as Project;
	const answers = ['app blog-1', 'org personal'].map(answer => {
		const [id, value] = answer.split(' ');
		return [id, {value, origin: {kind: 'flag', text: ''}}] as const;
	});
	const state = {answers: new Map(answers), profile: {}} as unknown as AnswerState;
	const cli = {registry: {steps}, options: {}} as unknown as Cli;
	await expect(preparePlan(cli, opened, state, {signal: leaving.signal})).rejects.toMatchObject({
		name: 'AbortError',
	});
	expect(journal.read()).toEqual(before);
});
