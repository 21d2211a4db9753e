import {readFlyArguments} from './fly/arguments.ts';
import {type AppSection, type Maker, type PendingCall, startSection} from './journal.ts';

/** One resource of an app, as Fly lists it. */
export type Thing = {
	/** As flyctl expects it: a volume's id, a host, an address, a name. */
	readonly id: string;
	/** What only this resource has, and not a later one with the same id: Fly's creation time, or a bucket's key. */
	readonly mark?: string;
	/** Fly's creation time, in milliseconds since 1970. */
	readonly createdAtMs?: number;
	/** What a call can ask for, as text: its name, region, size. */
	readonly traits: Readonly<Record<string, string>>;
};

/** Fly's clock and this computer's may differ by this much. Milliseconds. */
const clockSlackMs = 120_000;

/**
Returns what the calls created: listed now, absent before the call, as the call asked for it, and created while the call
could act. More candidates than calls leave it open which of them is ours.

@param calls - The open calls of one step.
@param answer - What flyctl printed for the newest call: an id in it is certainly its result.
*/
export function findCreated(
	calls: readonly PendingCall[],
	things: readonly Thing[],
	creator: Creator,
	answer = '',
): readonly Thing[] {
	const candidates = things.filter(thing => calls.some(call => isPossibleResult(thing, call, creator)));
	const named = candidates.filter(({id}) => hasWord(answer, id));
	const isClear = candidates.length <= calls.length;
	return isClear ? candidates : named;
}

function isPossibleResult({id, createdAtMs, traits}: Thing, call: PendingCall, creator: Creator): boolean {
	const asked = readAsked(call, creator);
	if (!asked || call.before.includes(id)) return false;
	const isAsAsked = Object.entries(asked).every(([name, value]) => ({...traits, id})[name] === value);
	const isInTime =
		createdAtMs === undefined ||
		(createdAtMs >= call.startedAtMs - clockSlackMs &&
			createdAtMs <= (call.untilMs ?? Number.POSITIVE_INFINITY) + clockSlackMs);
	return isAsAsked && isInTime;
}

/** Returns what a call asked its step to create, or `undefined` for one that creates nothing of that kind. */
export const readAsked = ({argv}: PendingCall, {resource}: Creator): Thing['traits'] | undefined =>
	resource?.asked?.(readFlyArguments(argv));

type Creator = Pick<Maker, 'resource'>;

const hasWord = (text: string, word: string): boolean => text.split(/[^\w.:-]+/).includes(word);

/** Tells whether a call of the step created this very resource for this app. */
export const isMadeHere = (
	{made}: Pick<AppSection, 'made'>,
	stepId: string,
	{id, mark}: Pick<Thing, 'id' | 'mark'>,
): boolean =>
	made.some(
		each => each.step === stepId && each.id === id && (each.mark === undefined || each.mark === mark),
	);

/**
Tells whether the app is still the one that the section is about: Fly gives apps no identity, but what phxfly created in
it has one. `another` needs evidence: something is listed, and nothing of it is ours.

@param listed - What Fly lists now, by step id. An id alone must tell it from every later resource if an earlier version
wrote the section.
@param digests - Of the secrets that Fly lists. They tell only of an app in which nothing else of ours can be.
*/
export function judgeApp(
	{made, lacksMachines, secrets}: Pick<AppSection, 'made' | 'lacksMachines' | 'secrets'>,
	listed: ReadonlyMap<string, readonly Thing[]>,
	digests?: ReadonlyMap<string, string>,
): 'same' | 'another' | 'gone' | 'unknown' {
	const telling = made.filter(
		({step, mark}) => listed.has(step) && (mark !== undefined || lacksMachines === true),
	);
	const thingsOf = (step: string) => listed.get(step) ?? [];
	if (telling.length === 0) {
		const known = digests ? Object.entries(secrets) : [];
		if (known.length === 0 || known.some(([name, {digest}]) => digests?.get(name) === digest))
			return 'unknown';
		return digests?.size === 0 ? 'gone' : 'another';
	}

	const isListed = ({step, id, mark}: AppSection['made'][number]) =>
		thingsOf(step).some(
			thing => thing.id === id && thing.mark !== undefined && (mark === undefined || thing.mark === mark),
		);
	if (telling.some(isListed)) return 'same';
	return telling.some(({step}) => thingsOf(step).length > 0) ? 'another' : 'gone';
}

/** Returns the section of another app with the same name: only what outlives an app is left of the former one. */
export function restartSection(section: AppSection, steps: readonly Maker[]): AppSection {
	const isOutliving = ({step}: {readonly step: string}) =>
		steps.some(({id, resource}) => id === step && resource?.outlivesApp);
	const {app, org, calls, made, backups} = section;
	return {
		...startSection(app, org),
		calls: calls.filter(isOutliving),
		made: made.filter(isOutliving),
		backups,
	};
}

/**
Returns the section with what the step's calls created, and without those calls. A call that asked for something else that
can outlive its app stays open: nothing shows what became of it.

@param foundId - What the step found after its calls.
*/
export function settleCalls(
	section: AppSection,
	stepId: string,
	created: readonly Thing[],
	steps: readonly Maker[],
	foundId?: string,
): AppSection {
	const step = steps.find(({id}) => id === stepId);
	const results = [...created.map(({id}) => id), ...(foundId === undefined ? [] : [foundId])];
	const isOpen = (call: PendingCall) => {
		const asked = step?.resource?.outlivesApp && readAsked(call, step)?.id;
		return results.length > 0 && asked !== undefined && !results.includes(asked);
	};
	const calls = section.calls.filter(call => call.step !== stepId || isOpen(call));
	const settled = {...section, calls};
	const newest = created.at(-1);
	if (!newest) return settled;
	const added = created.map(({id, mark}) => ({step: stepId, id, ...(mark === undefined ? {} : {mark})}));
	// A new app has nothing of an earlier one with its name.
	const before = step?.startsAfresh
		? {
				...restartSection(settled, steps),
				...(section.replica === undefined ? {} : {replica: section.replica}),
			}
		: settled;
	const isNew = ({id}: {readonly id: string}) => !created.some(thing => thing.id === id);
	return {
		...before,
		ids: {...before.ids, [stepId]: newest.id},
		made: [...before.made.filter(each => each.step !== stepId || isNew(each)), ...added],
	};
}
