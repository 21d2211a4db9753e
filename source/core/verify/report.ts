import type {DnsRecord} from '../domain/records.ts';
import type {PlanContext} from '../plan/context.ts';
import type {Resource} from '../session/events.ts';
import type {ReportView} from '../session/session.ts';
import type {CheckResult} from './check.ts';

type Titled = CheckResult & {readonly title: string};

/** Builds the last screen: what works where until DNS is set up, and how to sign in for the first time. */
export function buildReport(
	plan: PlanContext,
	proof: ReadonlyMap<string, Titled>,
	{elapsedSeconds, isRehearsal}: {readonly elapsedSeconds: number; readonly isRehearsal: boolean},
): ReportView {
	const results = [...proof.entries()];
	const isWrong = results.some(([, {status}]) => status === 'wrong');
	const isDone = results.every(([, {status}]) => status === 'proved');
	const {app, domain, provider} = plan;
	const pending = proof.get('dns')?.status !== 'proved' && domain !== undefined;
	return {
		isDone,
		headline: isWrong
			? `${app} is set up, but something is wrong.`
			: isDone
				? `${app} is running${provider ? ' and backed up' : ''}.`
				: `${app} is running, but some checks are still pending.`,
		elapsedSeconds,
		rows: results.map(([id, {status, detail}]) => ({label: id, value: detail, mark: marks[status]})),
		records: dedupe(results.flatMap(([, {records}]) => records ?? [])),
		notes: [
			...(isRehearsal ? ['This was a rehearsal: nothing real happened.'] : []),
			...results.flatMap(([id, {status, hint}]) => (status !== 'proved' && hint ? [`${id}: ${hint}`] : [])),
			firstVisit(plan, pending),
		],
		next: [
			...(plan.files.length > 0
				? [`git add ${plan.files.map(({path}) => path).join(' ')} && git commit`]
				: []),
			...(isDone ? [] : [`phxfly${isRehearsal ? ' rehearse' : ''} (checks again and continues)`]),
			`phxfly logs${isRehearsal ? ' --rehearse' : ''}`,
		],
	};
}

const marks = {proved: 'good', 'not-yet': 'wait', 'could-not-tell': 'wait', wrong: 'bad'} as const;

function firstVisit({app, domain, profile}: PlanContext, isPending: boolean): string {
	const what = profile.asksMail ? 'first sign-in' : 'address';
	if (!domain) return `${what}: https://${app}.fly.dev`;
	if (!isPending) return `${what}: https://${domain}`;
	return `${what}: https://${domain} (after DNS is set up). Until then https://${app}.fly.dev works, except LiveView: it only accepts https://${domain}.`;
}

function dedupe(records: readonly DnsRecord[]): readonly DnsRecord[] {
	const seen = new Map(
		records.map(record => [`${record.recordType} ${record.name} ${record.value}`, record]),
	);
	return [...seen.values()];
}

/** Lists what exists, for the event `finished` and for scripts. */
export function listResources(plan: PlanContext, proof: ReadonlyMap<string, Titled>): readonly Resource[] {
	const detail = (id: string) => proof.get(id)?.detail ?? '';
	return [
		{kind: 'app', id: plan.app, detail: `in ${plan.org}`},
		{kind: 'machine', id: plan.app, detail: detail('machine')},
		...(plan.mount ? [{kind: 'volume', id: plan.mount.source, detail: detail('volume')}] : []),
		...(plan.bucket ? [{kind: 'bucket', id: plan.bucket, detail: `replica under ${plan.prefix ?? ''}`}] : []),
		...(plan.domain ? [{kind: 'certificate', id: plan.domain, detail: detail('certificate')}] : []),
	];
}

export const siteUrl = ({app}: Pick<PlanContext, 'app'>) => `https://${app}.fly.dev`;
