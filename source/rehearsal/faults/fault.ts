import * as v from 'valibot';

const faultNameSchema = v.picklist([
	// It does not act.
	'5xx',
	'reset',
	'rate-limit',
	'logged-out',
	'payment-needed',
	'no-room',
	'echo-input',
	'hang',
	// It acts, and does not say so.
	'lost',
	'late',
	// It acts, and says something else.
	'garbage',
	'half-json',
	'empty-list',
	'other-case',
	'huge',
	'machine-twin',
]);

const faultSchema = v.object({
	/** The words a call begins with, as `volumes create`; empty for every call. */
	command: v.string(),
	fault: faultNameSchema,
	/** Only the n-th such call, or each of these, counted from 1 over the whole life of the world. */
	on: v.optional(v.union([v.number(), v.array(v.number())])),
	/** Of each call, between 0 and 1. */
	probability: v.optional(v.number()),
	/** The same one decides the same way about the n-th call. */
	seed: v.optional(v.number(), 1),
});

export const faultsSchema = v.array(faultSchema);
export type Fault = v.InferOutput<typeof faultSchema>;
export type FaultName = Fault['fault'];
