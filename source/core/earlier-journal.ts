import * as v from 'valibot';
import {readAppOf} from './fly/arguments.ts';
import {type AppSection, hasRecords, type JournalState, type Maker, startSection} from './journal.ts';

const text = v.string();

const earlierSchema = v.object({
	v: v.literal(1),
	project: text,
	isRehearsal: v.boolean(),
	runAtMs: v.optional(v.number()),
	account: v.optional(v.object({email: text, org: text})),
	answers: v.record(text, v.object({value: text, origin: text})),
	intents: v.array(
		v.object({
			...{marker: text, step: text, argv: v.array(text), before: v.array(text), startedAtMs: v.number()},
			...{pid: v.optional(v.number()), processStartedAt: v.optional(text)},
		}),
	),
	ids: v.record(text, text),
	made: v.array(text),
	things: v.optional(v.record(text, v.array(text))),
	secrets: v.record(text, v.object({digest: text, salt: text, fingerprint: text})),
	probes: v.array(v.object({endpoint: text, region: text, bucket: text, key: text})),
	backups: v.array(text),
	replica: v.optional(text),
	plan: v.optional(text),
});

type Earlier = v.InferOutput<typeof earlierSchema>;

/**
Reads a journal of version 1, which had one set of records for every app that the project ever named. What it created is
taken over only if it names one app that it created and used until the end; otherwise nothing in it counts as created.

@param steps - The registry's steps.
*/
export function readEarlierJournal(
	json: unknown,
	steps: readonly Maker[],
): {readonly state: JournalState} | {readonly problem: string} {
	const parsed = v.safeParse(earlierSchema, json);
	if (!parsed.success)
		return {problem: `unexpected content at ${v.getDotPath(parsed.issues[0]) ?? 'the top level'}`};
	const {project, isRehearsal, runAtMs, account, answers, probes, plan} = parsed.output;
	return {
		state: {
			...{v: 2, project, isRehearsal, answers, probes},
			...(runAtMs === undefined ? {} : {runAtMs}),
			...(account ? {account: {email: account.email}} : {}),
			...(plan === undefined ? {} : {plan}),
			apps: listSections(parsed.output, steps).filter(hasRecords),
		},
	};
}

function listSections(earlier: Earlier, steps: readonly Maker[]): readonly AppSection[] {
	const {account, answers, intents, ids, things = {}, made, secrets, backups, replica} = earlier;
	const org = account?.org ?? answers.org?.value ?? '';
	const makers = steps.filter(({resource}) => resource?.kind === 'app').map(({id}) => id);
	const used = makers.flatMap(id => ids[id] ?? [])[0];
	const created = makers.flatMap(id => things[id] ?? (made.includes(id) ? (ids[id] ?? []) : []));
	const isClear = used !== undefined && created.length === 1 && created[0] === used;
	const main = used ?? answers.app?.value;
	const appOf = ({argv}: Earlier['intents'][number]) => readAppOf(argv) ?? main;
	const others = [...new Set(intents.map(appOf))].filter(app => app !== undefined && app !== main);
	const callsOf = (app: string | undefined) => intents.filter(call => appOf(call) === app);
	return [
		...(main === undefined
			? []
			: [
					{
						...{...startSection(main, org), calls: callsOf(main), ids, secrets, backups},
						made: isClear ? listMade(earlier) : [],
						...(replica === undefined ? {} : {replica}),
						lacksMachines: true as const,
					},
				]),
		...others.map(app => ({...startSection(app ?? '', org), calls: callsOf(app)})),
	];
}

/** Before `things` there was only the newest id of a step. */
const listMade = ({made, ids, things = {}}: Earlier): AppSection['made'] =>
	made.flatMap(step =>
		(things[step] ?? (ids[step] === undefined ? [] : [ids[step]])).map(id => ({step, id})),
	);
