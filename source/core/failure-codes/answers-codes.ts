import type {FailureEntry} from './failure-entry.ts';

/** Words and answers. */
export const answersCodes = {
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
