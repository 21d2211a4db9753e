import type {FailureEntry} from '../failure-codes/failure-entry.ts';

/** What is in the account. */
export const accountCodes = {
	'name-taken': {
		exits: ['usage'],
		meaning: 'The app name is taken: names are shared by everybody on Fly.',
		next: 'Choose another one: `--app NAME`.',
	},
	'name-refused': {
		exits: ['usage'],
		meaning: 'Fly refuses the app name.',
		next: 'Use lower-case letters, digits and dashes: `--app NAME`.',
	},
	'app-in-another-org': {
		exits: ['usage'],
		meaning: 'The app exists, in another organisation than the one that was answered.',
		next: 'Answer the organisation it is in, `--org SLUG`, or another name, `--app NAME`.',
	},
	'app-not-known': {
		exits: ['ambiguous'],
		meaning: 'An app of that name exists, and nothing says that this project made it.',
		next: 'Take it over with `--adopt`, or choose another name: `--app NAME`.',
	},
	'not-made-here': {
		exits: ['ambiguous'],
		meaning:
			"The app holds what this project's journal does not know, and destroying the app would take that with it.",
		next: 'Remove it yourself if you do not need it, then run `phxfly destroy` again; `phxfly status` shows it.',
	},
	'two-candidates': {
		exits: ['ambiguous'],
		meaning:
			'More than one thing could be ours: the request of a lost answer landed as well, or somebody else made one, so nothing more was done and nothing was destroyed.',
		next: 'List them with the command that the message names, destroy the one without data, then run phxfly again.',
	},
	'list-not-believed': {
		exits: ['drift'],
		meaning:
			'Fly lists none of what an earlier run saw there, which a narrow token or an incident at Fly looks like too.',
		next: '`fly status -a APP` and https://status.flyio.net tell more; run phxfly again later, or, if you removed it all yourself, `phxfly forget` first.',
	},
	'not-there-yet': {
		exits: ['failed'],
		meaning: 'flyctl reported success, and Fly does not show it.',
		next: 'Wait a minute and run phxfly again: it looks first.',
	},
	'volume-in-another-region': {
		exits: ['drift'],
		meaning: 'The volume is in another region than the app, and a volume cannot move.',
		next: "Answer the volume's region, `--region CODE`; or, if it holds nothing, `fly volumes destroy ID` and run phxfly again.",
	},
	'volume-cannot-shrink': {
		exits: ['usage'],
		meaning: 'The volume is larger than was answered, and a volume cannot shrink.',
		next: 'Answer its size: `--volume-size GB`.',
	},
	'volume-elsewhere': {
		exits: ['drift'],
		meaning: 'The machine needs a free volume of its name in its region, and there is none.',
		next: '`fly volumes list` shows where it is; `phxfly plan` shows what is wanted.',
	},
	'volume-stranded': {
		exits: ['drift'],
		meaning:
			'The volume was made on a host that has no room for the machine; it is empty, since the app never ran.',
		next: '`fly volumes destroy ID` with the id from the message, then run phxfly again: it makes a new one on a host with room.',
	},
	'several-machines': {
		exits: ['drift'],
		meaning: 'The app has more than one machine, and this setup is for exactly one.',
		next: 'Keep one: `fly scale count 1`, or `fly machine destroy ID` for the one without the volume; then run phxfly again.',
	},
	'no-capacity': {
		exits: ['failed'],
		meaning: 'The region, or the host that holds the volume, has no room for the machine just now.',
		next: 'Try again later, or choose another region or a smaller machine: `--region CODE`, `--vm-memory MB`.',
	},
	'lease-held': {
		exits: ['failed'],
		meaning: 'Another deploy, or one that was interrupted, still holds the machine.',
		next: 'Run phxfly again: it waits for the lease, at most five minutes.',
	},
	'bucket-name-taken': {
		exits: ['usage'],
		meaning: 'The bucket name is taken or refused: names are shared by everybody.',
		next: 'Choose another one: `--bucket NAME`.',
	},
	'another-bucket': {
		exits: ['refused'],
		meaning: 'The app has a bucket already, of another name, and Fly allows one an app.',
		next: 'Answer that one: `--bucket NAME`.',
	},
	'bucket-without-keys': {
		exits: ['ambiguous'],
		meaning: 'The bucket exists and its keys are not set on the app; Tigris shows keys only once.',
		next: 'If it holds nothing, `fly storage destroy NAME` and run phxfly again; else make new keys in the Tigris console and set them.',
	},
	'host-on-another-app': {
		exits: ['usage'],
		meaning: 'Another app on Fly has a certificate for the domain.',
		next: 'Remove it there, `fly certs remove HOST -a OTHER`, or choose another domain: `--domain HOST`.',
	},
	'host-refused': {
		exits: ['usage'],
		meaning: 'Fly refuses the domain.',
		next: 'Choose another one: `--domain HOST`.',
	},
	'replica-would-move': {
		exits: ['refused'],
		meaning: 'The app runs with another bucket, prefix or region than was answered.',
		next: 'Answer the live one, or move the replica by hand as the message says.',
	},
	'domain-would-change': {
		exits: ['refused'],
		meaning: 'The app runs under another domain than was answered, and passkeys belong to a domain.',
		next: 'Answer the live one: `--domain HOST`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
