import {none} from '../answer.ts';
import type {DnsRecord} from '../domain/records.ts';
import type {PlanContext} from '../plan/context.ts';
import type {Resource} from '../session/events.ts';
import type {ReportView} from '../session/session.ts';
import type {CheckResult} from './check.ts';

type Titled = CheckResult & {readonly title: string};

/** Builds the last screen: what is still open, how to sign in, what to run next, and where the app is. */
export function buildReport(
	plan: PlanContext,
	proof: ReadonlyMap<string, Titled>,
	{elapsedSeconds, isRehearsal}: {readonly elapsedSeconds: number; readonly isRehearsal: boolean},
): ReportView {
	const results = [...proof.entries()];
	const open = results.flatMap(([id, {status, detail, hint}]): ReportView['open'] =>
		status === 'proved' ? [] : [{id, value: detail, hint, mark: status === 'wrong' ? 'bad' : 'wait'}],
	);
	const isDone = open.length === 0;
	const {app, provider, files} = plan;
	const outcome = open.some(({mark}) => mark === 'bad')
		? `${app} is set up, but something is wrong.`
		: isDone
			? `${app} is running${provider ? ' and backed up' : ''}.`
			: `${app} is running, but some checks are still pending.`;
	const flag = isRehearsal ? ' --rehearse' : '';
	return {
		isDone,
		headline: isRehearsal ? 'Rehearsal finished. Nothing real was made.' : outcome,
		closing: isRehearsal ? "For real, in your app's folder: phxfly" : siteUrl(plan),
		elapsedSeconds,
		passed: results.length - open.length,
		notes: [
			...(isRehearsal ? [{label: 'rehearsed', value: `${outcome} ${siteUrl(plan)}`}] : []),
			{label: plan.profile.asksMail ? 'sign in' : 'address', value: describeVisit(plan, proof)},
		],
		open,
		records: dedupe(results.flatMap(([, {records}]) => records ?? [])),
		next: [
			// The files of a rehearsal exist only in its copy.
			...(files.length > 0 && !isRehearsal
				? [
						{
							command: `git add ${files.map(({path}) => path).join(' ')} && git commit`,
							why: 'keep the files phxfly wrote',
						},
					]
				: []),
			...(isDone
				? []
				: [{command: isRehearsal ? 'phxfly rehearse' : 'phxfly', why: 'check again and continue'}]),
			{command: `phxfly deploy${flag}`, why: 'deploy new code and verify it'},
			{command: `phxfly logs${flag}`, why: "read the app's log"},
			{command: `phxfly verify${flag}`, why: 'show every check'},
		],
	};
}

/** Returns the report as lines, for pipes and screen readers: what matters most comes last. */
export const writeReport = (report: ReportView): readonly string[] => [
	...(report.passed > 0 ? [countPassed(report.passed)] : []),
	...writeNotes(report),
	...report.records.map(({recordType, name, value}) => `record needed: ${name} ${recordType} ${value}`),
	...report.next.map(({command, why}) => `next: ${command} (${why})`),
	report.headline,
	report.closing,
];

/** Returns what to do about open checks, and the facts beside the checks, as lines. */
export const writeNotes = ({open, notes}: ReportView): readonly string[] => [
	...open.flatMap(({id, hint}) => (hint === undefined ? [] : [`${id}: ${hint}`])),
	...notes.map(({label, value}) => `${label}: ${value}`),
];

export const countPassed = (count: number): string => `${count} ${count === 1 ? 'check' : 'checks'} passed`;

function describeVisit(
	{app, domain, profile, answers}: PlanContext,
	proof: ReadonlyMap<string, Titled>,
): string {
	const isPending = proof.get('dns')?.status !== 'proved';
	const place =
		domain === undefined
			? `https://${app}.fly.dev`
			: isPending
				? `https://${domain} (after DNS is set up). Until then https://${app}.fly.dev works, except LiveView: it only accepts https://${domain}.`
				: `https://${domain}`;
	return profile.asksMail && answers.get('mail-key')?.value === none
		? `${place}${place.endsWith('.') ? '' : '.'} ${describeNoMail(domain)}`
		: place;
}

/** Swoosh's local mailer keeps an email in memory, where the app starts it, and logs none. */
const describeNoMail = (domain: string | undefined): string =>
	`No mail key is set: the app emails no sign-in link, and phxfly logs shows one only if your code logs it. ${domain === undefined ? 'Email needs your own domain and RESEND_API_KEY.' : 'To send email, set RESEND_API_KEY and run phxfly again.'}`;

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
