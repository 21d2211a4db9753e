import {accepted, type Parsed, refused} from '../core/answer.ts';
import {isAskedByProvider} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {parseKey} from './key.ts';

export const accessKeyId: Question = {
	id: 'access-key-id',
	label: 'key id',
	title: 'Access key id',
	why: 'The first half of the key pair that may list, read, write and delete in the bucket.',
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
		return refused('That looks like the secret access key: the two are swapped.');
	}

	if (/^ASIA[A-Z\d]{16}$/.test(key.value)) {
		return refused('A key that begins with ASIA is temporary and stops within hours; make one that lasts.');
	}

	return shapes && !shapes.accessKeyId.test(key.value) ? accepted(key.value, key.note ?? shapes.usual) : key;
}
