import {accepted, type Parsed, refused} from '../core/answer.ts';
import {isAskedByProvider} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {parseKey} from './key.ts';

export const secretAccessKey: Question = {
	id: 'secret-access-key',
	label: 'key',
	title: 'Secret access key',
	why: ({provider}) =>
		`The secret half of the ${provider?.vendor ? `${provider.vendor} ` : ''}key pair. phxfly sends it to your app's secrets on Fly.io and stores it nowhere else.`,
	kind: 'secret',
	environment: 'LITESTREAM_SECRET_ACCESS_KEY',
	samples: {good: ['0123456789abcdefghijklmnopqrstuvwxyz+/AB'], bad: ['']},
	applies: isAskedByProvider('secret-access-key'),
	parse: parseSecretAccessKey,
};

function parseSecretAccessKey(typed: string, {provider, secrets}: AnswerState): Parsed<string> {
	const key = parseKey(typed, 'The secret access key');
	if (!key.ok) return key;

	const shapes = provider?.keyShapes;
	if (secrets.get('access-key-id')?.equals(key.value)) {
		// A server of your own may have any pair, such as minioadmin twice.
		return provider?.needsEndpoint
			? accepted(key.value, key.note ?? 'This is the access key id again.')
			: refused('This is the access key id again. Enter the other half of the key pair.');
	}

	if (shapes?.accessKeyId.test(key.value) || key.value.startsWith('tid_')) {
		return refused('This looks like the access key id. Swap the two keys.');
	}

	return shapes && !shapes.secretAccessKey.test(key.value)
		? accepted(key.value, key.note ?? shapes.usual)
		: key;
}
