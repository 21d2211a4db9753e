import {accepted, type Parsed, refused} from '../core/answer.ts';
import {isAskedByProvider} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {parseKey} from './key.ts';

export const accessKeyId: Question = {
	id: 'access-key-id',
	label: 'key id',
	title: 'Access key id',
	why: ({provider}) =>
		`The ID of ${provider?.vendor ? `the ${provider.vendor} key` : 'a key'} that can list, read, write, and delete objects in your S3-compatible bucket.`,
	kind: 'secret',
	environment: 'LITESTREAM_ACCESS_KEY_ID',
	samples: {good: ['AKIAIOSFODNN7EXAMPLE'], bad: ['', 'AKIA IOSFODNN']},
	applies: isAskedByProvider('access-key-id'),
	parse: parseAccessKeyId,
};

function parseAccessKeyId(typed: string, {provider}: AnswerState): Parsed<string> {
	const key = parseKey(typed, 'The access key id');
	if (!key.ok) return key;

	const shapes = provider?.keyShapes;
	if (shapes?.secretAccessKey.test(key.value) || key.value.startsWith('tsec_')) {
		return refused('This looks like the secret access key. Swap the two keys.');
	}

	if (/^ASIA[A-Z\d]{16}$/.test(key.value)) {
		return refused(
			'A key that starts with ASIA is temporary and expires within hours. Create a permanent one.',
		);
	}

	return shapes && !shapes.accessKeyId.test(key.value) ? accepted(key.value, key.note ?? shapes.usual) : key;
}
