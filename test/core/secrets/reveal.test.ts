import {expect, test} from 'vitest';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {Secret} from '../../../source/core/secrets/secret.ts';
import {openSecretStore} from '../../../source/engine/secret-store.ts';
import {readSourceFiles} from '../../helpers/source-files.ts';

test('a secret is revealed in seven places: a signature, a fingerprint, two headers, a pinged URL and standard input twice', () => {
	const sites = readSourceFiles('source')
		.filter(({path}) => !path.startsWith('source/core/secrets/'))
		.flatMap(({path, text}) => [...text.matchAll(/\breveal\b/g)].map(() => path));
	expect(sites).toEqual([
		'source/adapters/journal.ts',
		'source/adapters/object-store.ts',
		'source/checks/verify/mail-domain.ts',
		'source/drill/ping-monitor.ts',
		'source/engine/action.ts',
		'source/setup/ci-token.ts',
		'source/setup/survey.ts',
	]);
});

test('no text is cleaned before its values are hidden', () => {
	const wrong = readSourceFiles('source').filter(({text}) =>
		/\b(?:redact|clean)\(\s*(?:toPlainText|stripVTControlCharacters)\(/.test(text),
	);
	expect(wrong.map(({path}) => path)).toEqual([]);
});

const secret = new Secret('KEY', 'a$&b1');

test('a secret describes itself, and takes another name, without being revealed', () => {
	expect([secret.equals('a$&b1'), secret.equals('other')]).toEqual([true, false]);
	expect([secret.matches(/^a\$&b\d$/), secret.matches(/^\d/)]).toEqual([true, false]);
	const shorter = new Secret('K', 'a');
	expect([secret.isLongerThan(shorter), shorter.isLongerThan(secret), secret.isLongerThan(secret)]).toEqual([
		true,
		false,
		false,
	]);
	expect([secret.as('OTHER').name, secret.as('OTHER').reveal()]).toEqual(['OTHER', 'a$&b1']);
	expect(secret.name).toBe('KEY');
});

test('a secret hides itself everywhere in a text, and an empty one changes nothing', () => {
	expect(secret.hideIn('a$&b1 and a$&b1.')).toBe('[KEY] and [KEY].');
	expect(new Secret('$&', 'x').hideIn('x')).toBe('[$&]');
	expect(new Secret('KEY', '').hideIn('text')).toBe('text');
});

test('the store hides its values, under the names of their questions', () => {
	const redactor = createRedactor();
	const store = openSecretStore(redactor);
	store.add('mail-key', new Secret('RESEND_API_KEY', 'value-of-a-key'));
	store.capture('AWS_SECRET_ACCESS_KEY', 'value-of-another');
	store.capture('BUCKET_NAME', 'blog-1-store');
	const made = store.require({name: 'SECRET_KEY_BASE', isGenerated: true});
	const said = redactor.redact(`value-of-a-key, value-of-another, blog-1-store, ${made.reveal()}`);
	expect(said).toBe('[RESEND_API_KEY], [AWS_SECRET_ACCESS_KEY], blog-1-store, [SECRET_KEY_BASE]');
});

test('the store finds a value by where it is from, under the name the app has for it', () => {
	const store = openSecretStore(createRedactor());
	store.add('access-key-id', new Secret('LITESTREAM_ACCESS_KEY_ID', 'AKIA0'));
	const found = store.find({name: 'MY_KEY', from: 'access-key-id'});
	expect([found?.name, found?.reveal()]).toEqual(['MY_KEY', 'AKIA0']);
	expect(store.find({name: 'PHX_HOST', value: 'h'})?.reveal()).toBe('h');
	expect(store.find({name: 'access-key-id', from: 'other'})).toBeUndefined();
	store.forget('access-key-id');
	expect(store.find({name: 'MY_KEY', from: 'access-key-id'})).toBeUndefined();
	expect(() => store.require({name: 'MY_KEY'})).toThrow('MY_KEY has no value.');
});

test('what is generated is made once, when it is needed', () => {
	const store = openSecretStore(createRedactor());
	const wanted = {name: 'SECRET_KEY_BASE', isGenerated: true} as const;
	expect(store.find(wanted)).toBeUndefined();
	expect(store.require(wanted).equals(store.require(wanted).reveal())).toBe(true);
});
