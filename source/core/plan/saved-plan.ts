import {announcePlan} from '../announce-plan.ts';
import {type PlanFile, writePlanBody} from '../plan-file.ts';
import type {Situation} from '../questions/question.ts';
import type {PlannedActionEvent} from '../session/events.ts';
import type {Plan, PlannedStep} from './plan.ts';

type Made = {
	readonly plan: Plan;
	readonly situation: Situation;
	/** phxfly's version. */
	readonly tool: string;
	readonly isRehearsal: boolean;
	/** SHA-256 of a text's UTF-8 bytes, in hex. */
	readonly hash: (text: string) => string;
};

/** The plan as data to be kept. Pure: the same inputs give the same file. */
export function buildPlanFile({plan, situation, tool, isRehearsal, hash}: Made): PlanFile {
	const {context} = plan;
	const {project, existing} = context;
	const paths = [...project.files.keys()].sort();
	const body: Omit<PlanFile, 'digest'> = {
		kind: 'phxfly-plan',
		v: 1,
		tool,
		isRehearsal,
		project: {
			name: project.appName,
			files: Object.fromEntries(paths.map(path => [path, hash(project.files.get(path) ?? '')])),
		},
		profile: context.profile.id,
		options: {adopt: context.adopt, redeploy: context.redeploy},
		answers: [...situation.answers].map(([id, {value, origin}]) => ({
			id,
			value,
			origin: {kind: origin.kind, text: origin.text},
		})),
		account: {email: situation.email, org: context.org},
		seen: existing
			? {app: existing.Name, host: existing.Hostname, runs: existing.Deployed ? 'yes' : 'no'}
			: {app: 'none'},
		steps: announcePlan(plan).steps.map(({id, title, actions}, at) => ({
			id,
			title,
			found: describeFinding(plan.steps[at]),
			actions: actions.flatMap(keepAction),
		})),
		changes: context.files.map(({path, before, after}) => ({
			path,
			...(before === undefined ? {} : {before: hash(before)}),
			after: hash(after),
		})),
	};
	return {...body, digest: hash(writePlanBody(body))};
}

/** What was seen, in words that are the same as long as it is; a lease ends by itself and is left out. */
function describeFinding(planned: PlannedStep | undefined): string {
	const finding = planned?.finding;
	switch (finding?.is) {
		case 'there':
			return `there: ${finding.id}`;
		case 'partial':
			return `missing: ${finding.missing.filter(entry => !entry.startsWith('lease ')).join(', ')}`;
		case 'conflict':
			return `blocked: ${finding.why}`;
		case 'ambiguous':
			return `ambiguous: ${finding.ids.join(', ')}`;
		default:
			return 'absent';
	}
}

function keepAction(action: PlannedActionEvent): PlanFile['steps'][number]['actions'] {
	switch (action.kind) {
		case 'fly':
			return [{argv: [...action.argv], reads: [...action.reads]}];
		case 'write-file':
			return [{argv: ['write', action.path], reads: []}];
		case 'wait-for-lease':
			return [];
	}
}
