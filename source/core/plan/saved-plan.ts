import * as v from 'valibot';
import {Failure} from '../errors/failure.ts';
import type {AnswerState} from '../questions/question.ts';
import type {PlannedActionEvent} from '../session/events.ts';
import {findDeepNesting, findReservedKey, lineAt} from '../text/structure.ts';
import type {Plan, PlannedStep} from './plan.ts';
import {announcePlan} from './review.ts';

const text = v.string();

const digest = v.pipe(text, v.regex(/^[\da-f]{64}$/));

const texts = v.record(text, text);

const origins = [
	'flag',
	'environment',
	'answers-file',
	'journal',
	'project',
	'account',
	'storage',
	'last-time',
	'default',
	'you',
] as const;

/**
A saved plan: the answers, what phxfly found, and what it would do. It contains no secret value, no time, and nothing random,
so the same input gives the same bytes.
*/
const planFileSchema = v.strictObject({
	kind: v.literal('phxfly-plan'),
	v: v.literal(1),
	/** phxfly's version. */
	tool: text,
	isRehearsal: v.boolean(),
	project: v.strictObject({
		/** The app's name in mix.exs. */
		name: text,
		/** The configuration, where it is another than fly.toml. */
		config: v.optional(text),
		/** Path to SHA-256, of every file that the plan depends on. */
		files: v.record(text, digest),
	}),
	profile: text,
	options: v.strictObject({adopt: v.boolean(), redeploy: v.boolean()}),
	answers: v.array(
		v.strictObject({id: text, value: text, origin: v.strictObject({kind: v.picklist(origins), text})}),
	),
	account: v.strictObject({email: text, org: text}),
	/** What phxfly found in the account: fact to its value. */
	seen: texts,
	steps: v.array(
		v.strictObject({
			id: text,
			title: text,
			/** What phxfly found, in words. */
			found: text,
			actions: v.array(v.strictObject({argv: v.array(text), reads: v.array(text)})),
		}),
	),
	/** Files to write; `before` is absent for a new one. */
	changes: v.array(v.strictObject({path: text, before: v.optional(digest), after: digest})),
	/** SHA-256 of all the rest. */
	digest,
});

export type PlanFile = v.InferOutput<typeof planFileSchema>;

type Made = {
	readonly plan: Plan;
	readonly state: AnswerState;
	/** phxfly's version. */
	readonly tool: string;
	readonly isRehearsal: boolean;
	/** SHA-256 of a text's UTF-8 bytes, in hex. */
	readonly hash: (text: string) => string;
};

/** Builds the data of a saved plan. Pure: the same input gives the same file. */
export function buildPlanFile({plan, state, tool, isRehearsal, hash}: Made): PlanFile {
	const {context} = plan;
	const {facts, existing} = context;
	const paths = [...facts.files.keys()].sort();
	const body: Omit<PlanFile, 'digest'> = {
		kind: 'phxfly-plan',
		v: 1,
		tool,
		isRehearsal,
		project: {
			name: facts.appName,
			...(context.flyTomlPath === 'fly.toml' ? {} : {config: context.flyTomlPath}),
			files: Object.fromEntries(paths.map(path => [path, hash(facts.files.get(path) ?? '')])),
		},
		profile: context.profile.id,
		options: {adopt: context.adopt, redeploy: context.redeploy},
		answers: [...state.answers].map(([id, {value, origin}]) => ({
			id,
			value,
			origin: {kind: origin.kind, text: origin.text},
		})),
		account: {email: state.account.email, org: context.org},
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

/** Describes a finding in words that stay the same while it does. */
function describeFinding(planned: PlannedStep | undefined): string {
	const finding = planned?.finding;
	switch (finding?.is) {
		case 'there':
			return `there: ${finding.id}`;
		case 'partial':
			return `missing: ${finding.missing.join(', ')}`;
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
		// A lease ends by itself, which makes no plan outdated.
		case 'wait-for-lease':
		case 'clear-lease':
			return [];
	}
}

/** Writes a saved plan as the file contains it. */
export const writePlanFile = (plan: PlanFile): string => `${JSON.stringify(plan, undefined, '\t')}\n`;

/** Writes a saved plan without its digest, which is computed from this. */
const writePlanBody = ({digest: _, ...body}: Omit<PlanFile, 'digest'> & {digest?: string}): string =>
	JSON.stringify(body, undefined, '\t');

/**
Reads a saved plan, and accepts only what its digest covers.

@param path - For messages.
@param hash - SHA-256 of a text's UTF-8 bytes, in hex.
@throws {Failure} Exit 2: truncated or not a plan (`plan-unreadable`), from a newer phxfly (`plan-newer`), edited (`plan-edited`).
*/
export function readPlanFile(text: string, path: string, hash: (text: string) => string): PlanFile {
	const bracket = findDeepNesting(text);
	if (bracket !== undefined)
		throw unreadable(`${path}, line ${lineAt(text, bracket)}: the nesting is too deep.`, path);
	const json = parse(text, path);
	const head = v.safeParse(header, json);
	if (!head.success) throw unreadable(`${path} is not a phxfly plan.`, path);
	if (head.output.v > 1) {
		throw new Failure(
			'plan-newer',
			`${path} was saved by a newer phxfly (format ${head.output.v}; this one reads format 1).`,
			{hint: `Apply it with that version, or create a new one: phxfly plan --out ${path}`},
		);
	}

	const reserved = findReservedKey(json);
	if (reserved !== undefined) throw edited(path, `${reserved} is unexpected`);
	const read = v.safeParse(planFileSchema, json);
	if (!read.success) throw edited(path, `${v.getDotPath(read.issues[0]) ?? 'the top level'} is unexpected`);
	const plan = read.output;
	if (hash(writePlanBody(plan)) !== plan.digest) throw edited(path, 'its digest does not match its content');
	return plan;
}

const header = v.object({kind: v.literal('phxfly-plan'), v: v.number()});

function parse(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		const looksLikeOne = text.trimStart().startsWith('{');
		throw unreadable(
			looksLikeOne ? `${path} is truncated or damaged (invalid JSON).` : `${path} is not a phxfly plan.`,
			path,
		);
	}
}

const unreadable = (message: string, path: string) =>
	new Failure('plan-unreadable', `${message} Nothing was changed.`, {
		hint: `Create a plan: phxfly plan --out ${path}`,
	});

const edited = (path: string, why: string) =>
	new Failure('plan-edited', `${path} was edited after phxfly saved it (${why}). Nothing was changed.`, {
		hint: `To change an answer, create a new plan with that answer: phxfly plan --out ${path}`,
	});
