import {accepted, readAnswer, refused} from '../core/answer.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {showLocation} from '../core/storage/prefix.ts';

/**
Asked only if the prefix already contains objects this project did not write.

A yes is stored as that place, so it never applies to another one.
*/
export const restore: Question = {
	id: 'restore',
	label: 'restore',
	title: 'Restore the existing replica',
	why: "Two apps that share a prefix silently destroy each other's replica.",
	kind: 'choice',
	flag: {name: '--restore', help: 'restore the existing replica into the new app'},
	otherFlag: '--prefix PATH',
	help: 'Choose yes to move or recover an app, if no other app still writes there.',
	samples: {good: ['yes'], bad: ['no']},
	applies: state =>
		state.findings.prefixInUse !== undefined && state.findings.prefixInUse.place === readPlace(state),
	finding: ({findings: {prefixInUse}}) =>
		prefixInUse && `${prefixInUse.place.replace(/^https:\/\//, '')} already contains ${prefixInUse.holds}.`,
	describe: (value, {findings: {prefixInUse}}) =>
		value === prefixInUse?.place ? `${prefixInUse.holds} into the new app` : value,

	choices: ({findings: {prefixInUse}}) => [
		{value: 'prefix', label: 'another prefix', hint: 'do not touch this one', leads: {ask: 'prefix'}},
		{value: 'yes', label: 'yes', hint: `restore ${prefixInUse?.holds ?? 'it'} into the new app`},
		{value: 'stop', label: 'stop', hint: 'check the bucket first', leads: 'stop'},
	],

	parse(typed, {findings: {prefixInUse}}) {
		const text = typed.trim();
		if (/^(?:yes|y|true)$/i.test(text) || text === prefixInUse?.place)
			return accepted(prefixInUse?.place ?? 'yes');
		return /^(?:prefix|stop)$/.test(text) ? accepted(text) : refused('Choose yes, prefix, or stop.');
	},
};

function readPlace({provider, answers}: AnswerState): string | undefined {
	const bucket = readAnswer(answers, 'bucket');
	if (!provider || !bucket) return undefined;
	return showLocation({...provider.target(answers), bucket, prefix: readAnswer(answers, 'prefix') ?? ''});
}
