import {accepted, readAnswer, refused} from '../core/answer.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {showLocation} from '../core/storage/prefix.ts';

/**
Asked only when the storage holds something below the prefix that this project did not put there.

A yes is kept as the place it was said of, so that it never stands for another one.
*/
export const restore: Question = {
	id: 'restore',
	label: 'restore',
	title: 'Restore what the prefix holds',
	why: 'An empty volume is filled from it, and two apps that write there destroy the replica without a word.',
	kind: 'choice',
	flag: {name: '--restore', help: 'fill the new app from the replica that the prefix holds'},
	otherFlag: '--prefix PATH',
	help: 'Say yes only if no other app writes there any more: it is the way to move an app, or to bring one back.',
	samples: {good: ['yes'], bad: ['no']},
	applies: state =>
		state.findings.prefixInUse !== undefined && state.findings.prefixInUse.place === readPlace(state),
	finding: ({findings: {prefixInUse}}) => prefixInUse && `${prefixInUse.place} holds ${prefixInUse.holds}.`,
	describe: (value, {findings: {prefixInUse}}) =>
		value === prefixInUse?.place ? `${prefixInUse.holds} into the new app` : value,

	choices: ({findings: {prefixInUse}}) => [
		{value: 'yes', label: 'yes', hint: `restore ${prefixInUse?.holds ?? 'it'} into the new app`},
		{value: 'prefix', label: 'another prefix', hint: 'leave it alone', leads: {ask: 'prefix'}},
		{value: 'stop', label: 'stop', hint: 'look into the bucket first', leads: 'stop'},
	],

	parse(typed, {findings: {prefixInUse}}) {
		const text = typed.trim();
		if (/^(?:yes|y|true)$/i.test(text) || text === prefixInUse?.place)
			return accepted(prefixInUse?.place ?? 'yes');
		return /^(?:prefix|stop)$/.test(text) ? accepted(text) : refused('Answer yes, prefix or stop.');
	},
};

function readPlace({provider, answers}: AnswerState): string | undefined {
	const bucket = readAnswer(answers, 'bucket');
	if (!provider || !bucket) return undefined;
	return showLocation({...provider.target(answers), bucket, prefix: readAnswer(answers, 'prefix') ?? ''});
}
