import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {findPlanProblems} from '../../../source/core/plan/problems.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {finishedSecrets, finishWisp, host} from '../../checks/doctor/finished-wisp.ts';
import {readSample} from '../../helpers/template-files.ts';

const sample = readSample();
const flyToml = finishWisp().get('fly.toml') ?? '';
const reading = readProject(sample);
if (!reading.ok) throw new Error(reading.problem);
const plan = {
	facts: reading.facts,
	files: [
		{path: 'fly.toml', before: sample.get('fly.toml') ?? '', after: flyToml, mode: 0o644, why: 'one machine'},
	],
	appSecrets: [...finishedSecrets.keys()].map(name => ({name})),
	storageSecrets: [],
	host,
	flyTomlPath: 'fly.toml',
};

test('checks the files as the plan will leave them', () => {
	expect(findPlanProblems(rules, plan, sample)).toEqual([]);
	expect(findPlanProblems(rules, {...plan, files: []}, sample)).not.toEqual([]);
});

test('turns a problem into a note for review, with file and line', () => {
	const [change] = plan.files;
	const spoilt = change && {
		...change,
		after: change.after.replace('internal_port = 8080', 'internal_port = 4000'),
	};
	const notes = findPlanProblems(rules, {...plan, files: spoilt ? [spoilt] : []}, sample);
	expect(notes).toEqual([
		expect.stringMatching(/^doctor, port-mismatch: fly\.toml:\d+: .* Fix: internal_port = 8080$/),
	]);
	expect(
		findPlanProblems(rules, {...plan, appSecrets: [...plan.appSecrets, {name: 'RESEND_KEY'}]}, sample),
	).toEqual([expect.stringContaining('RESEND_KEY')]);
});
