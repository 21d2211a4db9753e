import type {FailureEntry} from './failure-entry.ts';

/** The project and this computer. */
export const projectCodes = {
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
