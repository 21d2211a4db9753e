import type {FailureEntry} from './failure-entry.ts';

/** The deploy. */
export const deployCodes = {
	'not-set-up': {
		exits: ['drift'],
		meaning: 'The app is not fully set up, so a deploy alone would not make it run as it should.',
		next: '`phxfly` goes on with the setup; `phxfly plan` shows what it would do.',
	},
	'app-crashes': {
		exits: ['failed'],
		meaning: 'The machine starts and the app ends at once.',
		next: 'Read the log lines, mend the cause, then run phxfly again.',
	},
	'app-unhealthy': {
		exits: ['failed'],
		meaning: 'The machine runs, and its health check did not pass in time.',
		next: "Compare PORT, internal_port and the check's path in fly.toml, then run phxfly again.",
	},
	'build-failed': {
		exits: ['failed'],
		meaning: 'The image could not be built.',
		next: 'Read the last lines of the build, mend the cause, then run phxfly again.',
	},
	'no-dockerfile': {
		exits: ['usage'],
		meaning: 'There is no Dockerfile to build from.',
		next: 'Run phxfly again: it writes one where there is none; or deploy a ready image: `--image REF`.',
	},
	'no-image': {
		exits: ['usage'],
		meaning: 'The image does not exist, or Fly may not read it.',
		next: 'Check the reference: `--image REF`.',
	},
	'fly-toml-invalid': {
		exits: ['usage'],
		meaning: 'flyctl cannot use fly.toml.',
		next: 'Mend what it names, then run phxfly again.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
