import * as v from 'valibot';

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
	'default',
	'you',
] as const;

/**
A saved plan: what was answered, what was seen, and what would be done. No secret value, no time and nothing random is in
it, so the same inputs give the same bytes.
*/
export const planFileSchema = v.strictObject({
	kind: v.literal('phxfly-plan'),
	v: v.literal(1),
	/** phxfly's version. */
	tool: text,
	isRehearsal: v.boolean(),
	project: v.strictObject({
		/** The app's name in mix.exs. */
		name: text,
		/** Path to SHA-256, of every file that a plan is made from. */
		files: v.record(text, digest),
	}),
	profile: text,
	options: v.strictObject({adopt: v.boolean(), redeploy: v.boolean()}),
	answers: v.array(
		v.strictObject({id: text, value: text, origin: v.strictObject({kind: v.picklist(origins), text})}),
	),
	account: v.strictObject({email: text, org: text}),
	/** What the plan was made from: fact to its value. */
	seen: texts,
	steps: v.array(
		v.strictObject({
			id: text,
			title: text,
			/** What the look saw, in words. */
			found: text,
			actions: v.array(v.strictObject({argv: v.array(text), reads: v.array(text)})),
		}),
	),
	/** Files to be written; `before` is absent for a new one. */
	changes: v.array(v.strictObject({path: text, before: v.optional(digest), after: digest})),
	/** SHA-256 of all the rest. */
	digest,
});

export type PlanFile = v.InferOutput<typeof planFileSchema>;

/** The bytes of a saved plan without its digest, which is made of them. */
export const writePlanBody = ({digest: _, ...body}: Omit<PlanFile, 'digest'> & {digest?: string}): string =>
	JSON.stringify(body, undefined, '\t');

/** A saved plan as it lies on the disk. */
export const writePlanFile = (plan: PlanFile): string => `${JSON.stringify(plan, undefined, '\t')}\n`;
