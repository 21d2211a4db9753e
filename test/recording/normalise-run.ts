import type {Ended, JsonEvent} from '../helpers/rehearsal.ts';

type Fields = Readonly<Record<string, unknown>>;
export type Scrub = <T>(value: T) => T;

/** Random or time-dependent values, and their placeholders. */
const variables: readonly (readonly [RegExp, string])[] = [
	[/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '@AT@'],
	[/rehearsal-[\w.-]+-[\da-f]{12}/g, '@STATE-FOLDER@'],
	[/\bvol_\w+/g, '@VOLUME@'],
	[/\brel_\w+/g, '@RELEASE@'],
	[/\bphxfly-(verify|drill)-\d+/g, 'phxfly-$1-@TIME@'],
	[/(?<=echo )[\w+/=]{100,}/g, '@SCRIPT@'],
	[/\.phxfly-probe-[\w-]+/g, '.phxfly-probe-@ID@'],
	[/deployment-[\dA-Z]{26}/g, 'deployment-@ID@'],
	[/\b2a09:8280:[\da-f:]+/g, '@V6@'],
	[/\b66\.241\.\d+\.\d+/g, '@V4@'],
	[/\b[\da-f]{14}\b/g, '@MACHINE@'],
	[/^\d{4}-\d\d$/g, '@MONTH@'],
];

/** @param places - Folders of this run, and their placeholders. */
export function createScrub(places: readonly (readonly [string, string])[]): Scrub {
	const scrubText = (text: string) =>
		variables.reduce(
			(all, [pattern, name]) => all.replaceAll(pattern, name),
			places.reduce((all, [path, name]) => all.replaceAll(path, name), text),
		);
	const scrub = (value: unknown): unknown => {
		if (typeof value === 'string') return scrubText(value);
		if (Array.isArray(value)) return value.map(scrub);
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value)
				.filter(([, each]) => each !== undefined)
				.map(([key, each]) => [scrubText(key), scrub(each)]),
		);
	};
	return value => scrub(value) as typeof value;
}

/**
Returns what a run reported, without times and sentences. Steps run in parallel, so each has its own sequence; the order
between steps is not promised.
*/
export function normaliseRun({exit, events, strayLines}: Pick<Ended, 'exit' | 'events' | 'strayLines'>) {
	const of = (type: string) => events.filter(event => event.type === type);
	const checks = lastById(of('check-changed'));
	// Whether a run shows records that are about to be added depends on the speed of the computer.
	const records = checks.get('dns')?.status === 'proved' ? [] : of('record-needed');
	const lasting = events.filter(
		event =>
			(event.type !== 'check-changed' || checks.get(event.id ?? '') === event) &&
			(event.type !== 'record-needed' || records.includes(event)) &&
			// How long a call is silent depends on it, too.
			!('silentSeconds' in event),
	);
	return {
		exit: exit ?? null,
		strayLines: strayLines.length,
		first: events[0]?.type,
		last: events.at(-1)?.type,
		plans: of('plan-made').map(normalisePlan),
		steps: listStatuses(events),
		startsAfterNeeds: startsAfterNeeds(events),
		// On stderr a step also reports what it waits for, and how long depends on the computer.
		prints: [
			...new Set(of('line-printed').flatMap(event => (read(event, 'stream') === 'stdout' ? [event.id] : []))),
		].sort(),
		checks: Object.fromEntries([...checks].sort().map(([id, {status}]) => [id, status])),
		records: [
			...new Set(records.map(event => JSON.stringify(pick(event, 'recordType', 'name', 'value', 'host')))),
		]
			.sort()
			.map(text => JSON.parse(text) as Fields),
		inputs: of('input-needed').map(event => pick(event, 'question', 'flag', 'values', 'next')),
		failures: of('failed').map(event => event.code),
		finished: of('finished').map(event => ({
			...pick(event, 'exit', 'url'),
			resources: readList(event, 'resources').map(each => pick(each, 'kind', 'id')),
		})),
		keys: listKeys(lasting),
	};
}

const lastById = (events: readonly JsonEvent[]): ReadonlyMap<string, JsonEvent> =>
	new Map(events.map(event => [event.id ?? '', event]));

function listStatuses(events: readonly JsonEvent[]): Readonly<Record<string, readonly string[]>> {
	const statuses: Record<string, string[]> = {};
	for (const {type, id = '', status = ''} of events) {
		if (type !== 'step-changed') continue;
		const own = statuses[id] ?? [];
		statuses[id] = own.at(-1) === status ? own : [...own, status];
	}

	// When a run ends with a step, it is random whether the last event of the step still comes out.
	const hasEnded = events.some(({type}) => type === 'finished');
	for (const own of Object.values(statuses)) {
		if (hasEnded && ['looking', 'running'].includes(own.at(-1) ?? '')) own.push('failed');
	}

	return Object.fromEntries(Object.entries(statuses).sort(([a], [b]) => a.localeCompare(b)));
}

/** Tells whether every step waits for what it needs. */
function startsAfterNeeds(events: readonly JsonEvent[]): boolean {
	const planned = events.flatMap(({steps = []}) => steps);
	const needs = new Map(planned.map(step => [step.id, step.needs]));
	const done = new Set<string>();
	for (const {type, id = '', status = ''} of events) {
		if (type !== 'step-changed') continue;
		if (status === 'done' || status === 'already-done') done.add(id);
		const isMissing = (need: string) => needs.has(need) && !done.has(need);
		if (status === 'running' && (needs.get(id) ?? []).some(isMissing)) return false;
	}

	return true;
}

function normalisePlan(event: JsonEvent) {
	const cost = read(event, 'cost') as Fields;
	return {
		...pick(event, 'app', 'org', 'region', 'files'),
		answers: readList(event, 'answers').map(normaliseAnswer),
		steps: readList(event, 'steps').map(step => ({
			...pick(step, 'id', 'needs', 'plan'),
			actions: readList(step, 'actions').map(action => pick(action, 'kind', 'argv', 'reads', 'path')),
		})),
		changes: readList(event, 'changes').map(change => ({
			...pick(change, 'path', 'isNew'),
			diff: String(change.diff).split('\n'),
		})),
		cost: {
			...pick(cost, 'monthlyUsd', 'low', 'high'),
			items: readList(cost, 'items').map(item => pick(item, 'monthlyUsd', 'low', 'high')),
		},
		terms: (read(event, 'terms') as Fields | undefined)?.url ?? null,
	};
}

/** An origin is a sentence, unless it names a flag or a variable. */
function normaliseAnswer(answer: Fields): Fields {
	const origin = String(answer.origin);
	return {...pick(answer, 'id', 'value'), ...(/^--|^[A-Z_]+$/.test(origin) ? {origin} : {})};
}

/** Lists every set of keys that events of a type have; for steps, of a type and status. */
function listKeys(events: readonly JsonEvent[]): Readonly<Record<string, readonly string[]>> {
	const keys = new Map<string, Set<string>>();
	for (const event of events.filter(({status}) => status !== 'failed')) {
		const name = event.type === 'step-changed' ? `${event.type} ${event.status}` : event.type;
		const sets = keys.get(name) ?? new Set();
		keys.set(name, sets.add(Object.keys(event).sort().join(' ')));
	}

	return Object.fromEntries([...keys].sort().map(([name, sets]) => [name, [...sets].sort()]));
}

/** Returns a saved plan without its sentences and their digests. */
export function normalisePlanFile(text: string): Fields {
	const plan = JSON.parse(text) as Fields;
	const {tool: _, digest: __, ...rest} = plan;
	return {
		...rest,
		keys: Object.keys(plan),
		answers: readList(plan, 'answers').map(({id, value, origin}) => ({
			id,
			value,
			origin: (origin as Fields).kind,
		})),
		steps: readList(plan, 'steps').map(step => pick(step, 'id', 'actions')),
		seen: Object.keys((plan.seen ?? {}) as Fields).sort(),
	};
}

const read = (event: object, key: string): unknown => (event as Fields)[key];
const readList = (event: object, key: string) => (read(event, key) ?? []) as readonly Fields[];
const pick = (from: object, ...keys: readonly string[]): Fields =>
	Object.fromEntries(keys.filter(key => key in from).map(key => [key, read(from, key)]));
