/** What is in the account. */
const accountCodes = {
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

/** Words and answers. */
const answersCodes = {
	usage: {
		exits: ['usage'],
		meaning: 'The command line has a word or flag that phxfly does not know.',
		next: '`phxfly --help` shows them.',
	},
	'input-needed': {
		exits: ['input-needed'],
		meaning: 'An answer is missing and nobody can be asked.',
		next: 'Run the command that the message shows, with the answer filled in.',
	},
	'answer-refused': {
		exits: ['usage'],
		meaning: 'An answer cannot be right.',
		next: 'Answer the flag that the message names with a valid value.',
	},
	'answers-file-refused': {
		exits: ['usage'],
		meaning: 'The answers file cannot be used.',
		next: 'Mend the line that is named, or answer with flags.',
	},
	'secret-in-answers': {
		exits: ['usage'],
		meaning: 'The answers file holds a secret, which must not be in a file that is kept.',
		next: 'Move it to the environment, or to `--secret-file NAME=PATH`.',
	},
	'secret-unsendable': {
		exits: ['refused', 'usage'],
		meaning: "flyctl cannot carry the secret's value exactly.",
		next: 'Give a value without surrounding white space, of at most 64 KiB.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;

/** The deploy. */
const deployCodes = {
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

/** Restoring on trial. */
const drillCodes = {
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

/** flyctl and the login. */
const flyctlCodes = {
	'flyctl-missing': {
		exits: ['flyctl'],
		meaning: 'There is no flyctl, or what was found is none or cannot be started.',
		next: 'Install it from https://fly.io/docs/flyctl/install/, or name it: `--fly PATH`.',
	},
	'flyctl-too-old': {
		exits: ['flyctl'],
		meaning: 'This flyctl does not know a flag or command that is needed.',
		next: '`fly version upgrade`, then run phxfly again.',
	},
	'not-logged-in': {
		exits: ['flyctl'],
		meaning: 'flyctl is not logged in, or its login is older than 30 days.',
		next: '`fly auth login`, or set `FLY_API_TOKEN`; then run phxfly again.',
	},
	'token-refused': {
		exits: ['flyctl'],
		meaning: 'Fly refused the login: the token is wrong, expired or too narrow.',
		next: '`fly auth login`, or set `FLY_API_TOKEN` to a token that may manage the organisation.',
	},
	'another-account': {
		exits: ['refused'],
		meaning: 'The setup was begun with another account than the one flyctl is logged in to now.',
		next: '`fly auth login` as the first one, then run phxfly again.',
	},
	'flyctl-failed': {
		exits: ['failed'],
		meaning: 'flyctl ended with a message that phxfly does not know, shown as it is.',
		next: 'Run phxfly again: it looks at what exists and goes on.',
	},
	'flyctl-not-understood': {
		exits: ['failed'],
		meaning: 'flyctl answered in a form that phxfly cannot read, so nothing more was changed.',
		next: 'Read the sample that the message names; `fly version upgrade` may help.',
	},
	'rate-limited': {
		exits: ['failed'],
		meaning: 'Fly takes no more requests for now.',
		next: 'Wait a few minutes, then run phxfly again: it looks at what exists and goes on.',
	},
	'payment-needed': {
		exits: ['failed'],
		meaning: 'Fly wants a payment method for the organisation first.',
		next: 'Add one at https://fly.io/dashboard (Billing), then run phxfly again.',
	},
	'org-not-found': {
		exits: ['usage'],
		meaning: 'Fly knows no such organisation for this login.',
		next: '`fly orgs list` shows yours: `--org SLUG`.',
	},
	'region-refused': {
		exits: ['usage'],
		meaning: 'Fly does not offer the region to the organisation.',
		next: 'Choose another one: `--region CODE`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;

/** Saved plans. */
const planCodes = {
	'plan-unreadable': {
		exits: ['usage'],
		meaning: 'The file is no saved plan, or is cut off.',
		next: 'Make a new one: `phxfly plan --out FILE`.',
	},
	'plan-newer': {
		exits: ['usage'],
		meaning: 'A newer phxfly wrote the plan.',
		next: 'Apply it with that version, or make a new one with this: `phxfly plan --out FILE`.',
	},
	'plan-edited': {
		exits: ['usage'],
		meaning: 'The plan was edited after it was made, so what it says is not what somebody reviewed.',
		next: 'Make a new one with the answer you want: `phxfly plan --out FILE`.',
	},
	'plan-foreign': {
		exits: ['usage'],
		meaning: 'The plan belongs to another project, or mixes a rehearsal with a real account.',
		next: 'Name the folder it was made for, `phxfly apply FILE DIR`, or make a plan here: `phxfly plan --out FILE`.',
	},
	'plan-stale': {
		exits: ['drift'],
		meaning:
			'A file of the project or the account is no longer as it was when the plan was made; the message says what.',
		next: 'Make a new plan and look at it: `phxfly plan --out FILE`.',
	},
	'plan-answers-fixed': {
		exits: ['usage'],
		meaning: 'A saved plan holds every answer, and another one was given beside it.',
		next: 'Leave the flag out, or make a new plan with it: `phxfly plan --out FILE`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;

/** The project and this computer. */
const projectCodes = {
	'no-folder': {
		exits: ['usage'],
		meaning: 'There is no such folder.',
		next: 'Name the folder of a Phoenix app: `phxfly DIR`.',
	},
	'no-usable-project': {
		exits: ['usage'],
		meaning: 'The folder holds no Phoenix app, or a file of it does not parse.',
		next: 'Mend the line that is named, or name the folder of a Phoenix app: `phxfly DIR`; to try it on a sample: `phxfly rehearse`.',
	},
	'profile-unknown': {
		exits: ['usage'],
		meaning: 'There is no profile of that name.',
		next: 'Answer `--profile` with one that the message names.',
	},
	'database-not-covered': {
		exits: ['usage'],
		meaning: 'The app keeps its data in Postgres, which no profile sets up, migrates or backs up.',
		next: 'Make the database yourself and set up the app alone: `--profile phoenix --secret DATABASE_URL`.',
	},
	'fly-toml-unfit': {
		exits: ['usage'],
		meaning: 'fly.toml says something that cannot work with this setup.',
		next: 'Change the line that is named, then run phxfly again.',
	},
	'fly-toml-edit-refused': {
		exits: ['usage'],
		meaning: 'A line of fly.toml cannot be changed without touching what stands beside it.',
		next: 'Change that line by hand to what the message shows, then run phxfly again.',
	},
	'litestream-yml-unfit': {
		exits: ['usage'],
		meaning: 'litestream.yml says something that cannot work with this setup.',
		next: 'Change the line that is named, then run phxfly again.',
	},
	'file-changed': {
		exits: ['drift'],
		meaning: 'A file changed after it was reviewed, so it was not written.',
		next: 'Run the same command again: it plans with the file as it is now.',
	},
	'file-not-readable': {
		exits: ['refused', 'usage'],
		meaning: 'A file cannot be read.',
		next: 'Check its path, and make it readable for you.',
	},
	'not-text': {
		exits: ['usage'],
		meaning: 'A file is not UTF-8 text.',
		next: 'Save it as UTF-8, then run phxfly again.',
	},
	'not-replaceable': {
		exits: ['refused'],
		meaning: "What stands in a file's place is no ordinary file of at most 1 MiB.",
		next: 'Move it away, then run the same command again.',
	},
	'outside-project': {
		exits: ['refused'],
		meaning: 'A path leads out of the project folder through a link, so nothing was written.',
		next: 'Put an ordinary file in the place of the link, or take it away.',
	},
	'folder-not-writable': {
		exits: ['refused'],
		meaning: 'Files cannot be written in the folder.',
		next: 'Give yourself the right to write there, then run phxfly again.',
	},
	'disk-full': {
		exits: ['failed'],
		meaning: 'The disk is full.',
		next: 'Free some space, then run the same command again.',
	},
	'state-not-writable': {
		exits: ['refused'],
		meaning: 'The state folder cannot be made or written.',
		next: 'Name another one: `--state-dir DIR`.',
	},
	locked: {
		exits: ['locked'],
		meaning: 'Another phxfly works on this project.',
		next: 'Wait for it, or end it; if it is gone for good: `phxfly --break-lock`.',
	},
	stopped: {
		exits: ['interrupted', 'terminated'],
		meaning: 'The run was stopped as asked; its state is saved.',
		next: 'Run phxfly again: it goes on where it stopped.',
	},
	bug: {
		exits: ['failed'],
		meaning: 'phxfly itself failed.',
		next: 'Run the same command again: it goes on; report the bug with the file that the message names, which holds no secret.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;

/** The storage. */
const storageCodes = {
	'prefix-in-use': {
		exits: ['input-needed'],
		meaning: 'The prefix holds what this project did not put there, and nobody said what to do with it.',
		next: 'Give `--restore` to fill the new app from it, or another prefix: `--prefix PATH`.',
	},
	'storage-wrong-key-id': {
		exits: ['refused', 'failed'],
		meaning: 'The storage does not know the access key id.',
		next: 'Copy the key pair again, both halves, or make a new pair.',
	},
	'storage-wrong-secret': {
		exits: ['refused', 'failed'],
		meaning: 'The secret access key is not the one that belongs to the access key id.',
		next: 'Copy the key pair again, both halves, or make a new pair.',
	},
	'storage-keys-swapped': {
		exits: ['refused', 'failed'],
		meaning: 'The access key id and the secret access key are swapped.',
		next: 'Give each in the place of the other.',
	},
	'storage-wrong-account': {
		exits: ['refused', 'failed'],
		meaning: 'The account is not the one of the keys.',
		next: 'Compare the account id with the one shown beside the keys: `--r2-account-id`.',
	},
	'storage-no-bucket': {
		exits: ['refused', 'failed'],
		meaning: 'There is no bucket of that name.',
		next: 'Make it first, or answer its exact name: `--bucket NAME`.',
	},
	'storage-wrong-region': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket is in another region.',
		next: 'Answer its region: `--storage-region REGION`.',
	},
	'storage-clock-skew': {
		exits: ['refused', 'failed'],
		meaning: "This computer's clock is too far from the storage's.",
		next: 'Set the clock, best by network time, then run phxfly again.',
	},
	'storage-no-list-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not list the bucket.',
		next: 'Give them s3:ListBucket, or make a pair that may read and write objects.',
	},
	'storage-no-write-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not write below the prefix.',
		next: 'Give them s3:PutObject, or make a pair that may read and write objects.',
	},
	'storage-no-read-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not read what they wrote.',
		next: 'Give them s3:GetObject, or make a pair that may read and write objects.',
	},
	'storage-no-delete-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not delete below the prefix.',
		next: 'Give them s3:DeleteObject, or make a pair that may read and write objects.',
	},
	'storage-other-bytes': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket gave back other bytes than were written.',
		next: 'Check the endpoint: `--endpoint URL`.',
	},
	'storage-not-deleted': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket still gives back an object that was deleted.',
		next: 'Check what keeps it, such as a cache before the endpoint: `--endpoint URL`.',
	},
	'storage-unreachable': {
		exits: ['refused', 'failed'],
		meaning: 'The storage cannot be reached.',
		next: 'Check the endpoint, `--endpoint URL`, and the network, then run phxfly again.',
	},
	'storage-tls-failure': {
		exits: ['refused', 'failed'],
		meaning: 'The endpoint opens no encrypted connection.',
		next: "Check the endpoint's host name and its certificate: `--endpoint URL`.",
	},
	'storage-throttled': {
		exits: ['refused', 'failed'],
		meaning: 'The storage takes no more requests for now.',
		next: 'Wait a minute, then run phxfly again.',
	},
	'storage-out-of-order': {
		exits: ['refused', 'failed'],
		meaning: 'The storage is out of order.',
		next: "Look at the provider's status page, wait, then run phxfly again.",
	},
	'storage-not-s3': {
		exits: ['refused', 'failed'],
		meaning: 'What answers at the endpoint is no S3 storage.',
		next: 'Check the endpoint: it is the address of the S3 interface, not of a console: `--endpoint URL`.',
	},
	'storage-refused': {
		exits: ['refused', 'failed'],
		meaning: 'The storage refuses, and says no more than the message shows.',
		next: 'Check the key pair, the bucket and its region: `--bucket NAME`, `--storage-region REGION`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;

/** Every failure somebody can meet, by heading: docs/errors.md is made from it. A code is a stable promise. */
export const failureCodes = {
	'Words and answers': answersCodes,
	'The project and this computer': projectCodes,
	'Saved plans': planCodes,
	'flyctl and the login': flyctlCodes,
	'What is in the account': accountCodes,
	'The deploy': deployCodes,
	'The storage': storageCodes,
	'Proof and restore': drillCodes,
} as const satisfies Readonly<Record<string, Readonly<Record<string, FailureEntry>>>>;

export type FailureCode = {
	[Area in keyof typeof failureCodes]: keyof (typeof failureCodes)[Area];
}[keyof typeof failureCodes] &
	string;

/** Exit codes, a stable promise: see the table in README.md. */
export const exitCodes = {
	done: 0,
	failed: 1,
	usage: 2,
	unproved: 3,
	flyctl: 4,
	'input-needed': 5,
	drift: 6,
	ambiguous: 7,
	locked: 8,
	refused: 9,
	interrupted: 130,
	terminated: 143,
} as const;

export type ExitName = keyof typeof exitCodes;

/** What a code promises, whoever throws it. */
export type FailureEntry = {
	/** How a run that fails so may end. */
	readonly exits: readonly ExitName[];
	/** What happened, a sentence. */
	readonly meaning: string;
	/** A command or an action. */
	readonly next: string;
};
