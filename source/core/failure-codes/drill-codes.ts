import type {FailureEntry} from './failure-entry.ts';

/** Restoring on trial. */
export const drillCodes = {
	'app-missing': {
		exits: ['failed'],
		meaning: 'There is no such app on Fly, or this login cannot see it.',
		next: '`phxfly` sets it up; if it is there, look at `fly auth whoami`.',
	},
	'no-replica': {
		exits: ['usage'],
		meaning: 'The app has no replica that could be restored.',
		next: 'Use it with an app that has a database on a volume: `phxfly drill DIR`.',
	},
	'replica-empty': {
		exits: ['failed'],
		meaning: 'The bucket holds no replica of the database.',
		next: '`phxfly verify` says what keeps it from arriving.',
	},
	'no-room': {
		exits: ['refused'],
		meaning: 'There is not room enough for a scratch copy of the database, so nothing was restored.',
		next: 'Make room, or run it where there is, with litestream on the PATH and the keys in the environment.',
	},
	'drill-impossible': {
		exits: ['unproved'],
		meaning: 'Nothing could be restored on the machine.',
		next: 'Run it with litestream on the PATH and the keys in the environment: then it restores here.',
	},
	'drill-too-long': {
		exits: ['unproved'],
		meaning: 'The restore did not end in time, so nothing is proved.',
		next: 'Run it again; if it stays so, look at the size of the database and at the storage.',
	},
	'drill-failed': {
		exits: ['failed'],
		meaning: 'The replica cannot be read back.',
		next: 'Read what Litestream said, in the message; `phxfly verify` proves what replicates now.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
