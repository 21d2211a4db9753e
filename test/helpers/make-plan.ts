import {createHash} from 'node:crypto';
import {profiles, providers, steps} from '../../source/cli/registry.ts';
import type {AppStatus} from '../../source/core/fly/output.ts';
import {buildPlanContext} from '../../source/core/plan/build-context.ts';
import type {PlanContext} from '../../source/core/plan/context.ts';
import {buildPlan, type Plan} from '../../source/core/plan/plan.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';
import {readTemplates} from './template-files.ts';

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

type Options = {
	readonly profile: string;
	/** `undefined` for a profile without storage. */
	readonly provider?: string;
	readonly answers?: Readonly<Record<string, string>>;
	/** Values of secrets, by question. */
	readonly secrets?: Readonly<Record<string, string>>;
	readonly existing?: AppStatus;
	/** Overrides of the context, for values that no question accepts. */
	readonly context?: Partial<PlanContext>;
};

const answered = {
	app: 'blog-1',
	org: 'personal',
	region: 'sjc',
	'volume-size': '1',
	'vm-size': 'shared-cpu-1x',
	'vm-memory': '1024',
	domain: 'blog.example.com',
};

const stored = {
	bucket: 'blog-1-store',
	prefix: 'blog-1',
	'storage-region': 'eu-central-1',
	'r2-account-id': '0123456789abcdef0123456789abcdef',
	endpoint: 'https://s3.example.com',
	'mail-key': 'given',
};

/** Builds a plan as a setup does. */
export function makePlan({
	profile,
	provider,
	answers = {},
	secrets = {},
	existing,
	context: laidOver = {},
}: Options): Plan {
	const chosen = profiles.find(({id}) => id === profile);
	if (!chosen) throw new Error(`no profile ${profile}`);
	const storage = provider === undefined ? {} : {...stored, storage: provider};
	const state = buildAnswerState({
		profile: chosen,
		provider: providers.find(({id}) => id === provider),
		answers: {...answered, ...storage, ...answers},
		secrets,
	});
	const made = buildPlanContext(state, {
		...{adopt: false, redeploy: false, existing},
		templates: readTemplates(chosen.templates),
	});
	const found = new Map(
		existing
			? [['set-secrets', {is: 'partial', missing: made.appSecrets.map(({name}) => name)} as const]]
			: [],
	);
	return buildPlan({...made, ...laidOver}, steps, found, {
		...{nowMs: 0, hasMade: () => false},
		...{email: 'dev@example.com', notes: [], move: undefined},
	});
}
