import type {Rehearsal, Running} from '../helpers/rehearsal.ts';

/** When to kill a running phxfly. */
export type Moment = {
	readonly name: string;
	readonly isNow: (running: Running, rehearsal: Rehearsal) => boolean;
};

const hasStatus = ({events}: Running, id: string, ...statuses: readonly string[]) =>
	events.some(
		event => event.type === 'step-changed' && event.id === id && statuses.includes(event.status ?? ''),
	);

/** The killed run's call has ended, so the plan may no longer need the step. */
const isOver = (running: Running, id: string) =>
	hasStatus(running, id, 'done', 'already-done') ||
	running.events.some(({type, steps}) => type === 'plan-made' && !steps?.some(step => step.id === id));

const reaches = (id: string, status: string): Moment => ({
	name: `${id} ${status}`,
	isNow: running => hasStatus(running, id, status) || isOver(running, id),
});

/** flyctl is running for it. */
const acts = (id: string, ...words: readonly string[]): Moment => ({
	name: `${id} acting`,
	isNow: (running, rehearsal) =>
		isOver(running, id) ||
		(hasStatus(running, id, 'running') &&
			rehearsal
				.world()
				.calls.some(({argv, exit}) => exit === null && words.every((word, at) => argv[at] === word))),
});

const prints = (id: string, line: RegExp): Moment => ({
	name: `${id} prints ${line}`,
	isNow: running =>
		isOver(running, id) ||
		running.events.some(
			event => event.type === 'line-printed' && event.id === id && line.test(event.line ?? ''),
		),
});

const words: Readonly<Record<string, readonly string[]>> = {
	'create-app': ['apps', 'create'],
	'create-volume': ['volumes', 'create'],
	'create-bucket': ['storage', 'create'],
	'set-secrets': ['secrets', 'import'],
	'set-storage-secrets': ['secrets', 'import'],
	'allocate-addresses': ['ips'],
	'add-certificate': ['certs', 'add'],
	'set-machine-count': ['scale', 'count'],
	deploy: ['deploy'],
};

/** Lists every boundary of every step, each running call, and places inside deploy, in order. */
export function listMoments(stepIds: readonly string[]): readonly Moment[] {
	return [
		...stepIds.flatMap(id => [
			reaches(id, 'looking'),
			reaches(id, 'running'),
			...(words[id] ? [acts(id, ...words[id])] : []),
			...(id === 'deploy' ? insideDeploy : []),
			reaches(id, 'done'),
		]),
		{name: 'verify', isNow: ({events}) => events.some(({type}) => type === 'check-changed')},
	];
}

const insideDeploy = [
	prints('deploy', /Verified app config/),
	prints('deploy', /#12 /),
	prints('deploy', /No machines in group/),
	prints('deploy', /Machine \w+ \[app\] was created/),
	{
		name: 'a release is running',
		isNow: (running, rehearsal) =>
			isOver(running, 'deploy') ||
			(hasStatus(running, 'deploy', 'running') &&
				rehearsal.world().releases.some(({status}) => status === 'running')),
	} satisfies Moment,
];
