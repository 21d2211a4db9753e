import {expect, test} from 'vitest';
import type {JournalView} from '../../../source/core/journal.ts';
import {findUnsetSecrets} from '../../../source/core/plan/secret-actions.ts';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {Secret} from '../../../source/core/secrets/secret.ts';
import {openSecretStore} from '../../../source/engine/secret-store.ts';

const build = (
	digests: Readonly<Record<string, string>>,
	values: Readonly<Record<string, string>>,
): JournalView => ({
	isOurApp: () => true,
	app: () => undefined,
	idOf: () => undefined,
	isNewApp: () => false,
	expects: () => false,
	hasMade: () => false,
	digestOf: name => digests[name],
	compare(secret) {
		const value = values[secret.name];
		return value === undefined ? 'unknown' : secret.equals(value) ? 'same' : 'different';
	},
	hasRun: () => false,
	pendingCall: () => undefined,
});

const openStore = (value?: string) => {
	const store = openSecretStore(createRedactor());
	if (value !== undefined) store.add('KEY', new Secret('KEY', value));
	return store;
};
const wanted = [{name: 'KEY', from: 'KEY'}];
const listed = [{name: 'KEY', digest: 'd1', status: 'Deployed'}];

test.each([
	{because: 'Fly lists none', listed: [], digest: 'd1', value: 'value', unset: ['KEY']},
	{because: 'digest and value are the ones that phxfly set', listed, digest: 'd1', value: 'value', unset: []},
	{because: 'the value was changed outside phxfly', listed, digest: 'd0', value: 'value', unset: ['KEY']},
	{because: 'this run has a different value', listed, digest: 'd1', value: 'older', unset: ['KEY']},
	{because: 'our journal has no entry', listed, digest: undefined, value: undefined, unset: ['KEY']},
])('$because', ({listed: now, digest, value, unset}) => {
	const journalView = build(digest ? {KEY: digest} : {}, value ? {KEY: value} : {});
	expect(findUnsetSecrets(wanted, now, journalView, openStore('value'))).toEqual(unset);
});

test('keeps a listed secret without a value, even if phxfly did not set it', () => {
	expect(findUnsetSecrets([{name: 'KEY'}], listed, build({}, {}), openStore())).toEqual([]);
	expect(findUnsetSecrets([{name: 'KEY'}], [], build({}, {}), openStore())).toEqual(['KEY']);
});

test('never changes a listed generated secret, even with a value', () => {
	const generated = [{name: 'KEY', isGenerated: true}] as const;
	const store = openStore('other');
	expect(findUnsetSecrets(generated, listed, build({KEY: 'd0'}, {KEY: 'value'}), store)).toEqual([]);
	expect(findUnsetSecrets(generated, [], build({}, {}), store)).toEqual(['KEY']);
});

test('counts a staged secret as listed, and keeps the order of the plan', () => {
	const several = ['B', 'A', 'C'].map(name => ({name}));
	const staged = [{name: 'A', digest: 'x', status: 'Staged'}];
	expect(findUnsetSecrets(several, staged, build({}, {}), openStore())).toEqual(['B', 'C']);
});
