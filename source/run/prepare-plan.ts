import {requireAnswer} from '../core/answer.ts';
import type {Lists, Options, Workshop} from '../core/command/context.ts';
import {buildPlanContext} from '../core/plan/build-context.ts';
import {buildPlan, type Plan} from '../core/plan/plan.ts';
import {readProject} from '../core/project/project.ts';
import type {Situation} from '../core/questions/question.ts';
import {doubtLists} from '../engine/confirm-lists.ts';
import {lookAhead} from './look-ahead.ts';

/**
Makes the plan from complete answers, the files as they are now and the account as it is now.

@throws {Failure} For a fly.toml that cannot become what is wanted.
*/
export async function preparePlan(
	workshop: Workshop,
	lists: Lists,
	situation: Situation,
	options: Options,
): Promise<Plan> {
	const {evidence} = workshop;
	const fly = doubtLists(workshop.readers.fly, evidence, workshop.readers.clock);
	const readers = {...workshop.readers, fly};
	const files = new Map(workshop.project.files);
	const flyToml = await readers.files.read('fly.toml');
	if (flyToml !== undefined) files.set('fly.toml', flyToml);
	for (const path of [
		'Dockerfile',
		'.dockerignore',
		'etc/litestream.yml',
		'rel/entrypoint.sh',
		'rel/overlays/bin/server',
	]) {
		const text = await readers.files.read(path);
		if (text !== undefined) files.set(path, text);
	}

	const reading = readProject(files);
	// The app's own code is read once, when the workshop opens.
	const {secretReads} = situation.project;
	const project = reading.ok ? {...reading.project, secretReads} : situation.project;
	const context = buildPlanContext(
		{...situation, project},
		{
			adopt: options.adopt || situation.answers.get('adopt')?.value === 'yes',
			redeploy: options.redeploy,
			existing: await readers.fly.status(requireAnswer(situation.answers, 'app')),
			templates: await workshop.readTemplates(situation.profile.templates),
		},
	);
	const findings = await lookAhead(lists.steps, context, readers, evidence);
	const {isMadeHere} = evidence;
	return buildPlan(context, lists.steps, findings, {nowMs: readers.clock.now(), isMadeHere});
}
