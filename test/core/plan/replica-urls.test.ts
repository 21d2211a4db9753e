import {expect, test} from 'vitest';
import {profiles, providers} from '../../../source/cli/registry.ts';
import {buildPlanContext} from '../../../source/core/plan/build-context.ts';
import {readTemplates} from '../../helpers/template-files.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const answers = {
	app: 'blog-1',
	org: 'personal',
	region: 'sjc',
	'volume-size': '1',
	'vm-size': 'shared-cpu-1x',
	'vm-memory': '1024',
	bucket: 'own-1',
	prefix: 'blog',
	'storage-region': 'eu-central-1',
};

function plan(storage: string, replicaUrls: readonly string[]) {
	const profile = profiles.find(({id}) => id === 'wisp');
	const provider = providers.find(({id}) => id === storage);
	if (!profile || !provider) throw new Error(storage);
	const more = storage === 'custom' ? {endpoint: 'https://nyc3.digitaloceanspaces.com'} : {};
	const state = buildAnswerState({profile, provider, answers: {...answers, storage, ...more}});
	return buildPlanContext(state, {
		...{adopt: false, redeploy: false, existing: undefined, replicaUrls},
		templates: readTemplates(profile.templates),
	}).storageSecrets;
}

test.each([
	['s3', 's3://own-1.s3.eu-central-1.amazonaws.com/blog'],
	['custom', 's3://own-1.nyc3.digitaloceanspaces.com/blog'],
])('with %s, a script gets the URL of the replica in its own variable', (storage, value) => {
	expect(plan(storage, ['REPLICA_URL'])).toContainEqual({name: 'REPLICA_URL', value});
	expect(plan(storage, []).map(({name}) => name)).not.toContain('REPLICA_URL');
	const names = plan(storage, ['LITESTREAM_REPLICA_URL']).map(({name}) => name);
	expect(names.filter(name => name === 'LITESTREAM_REPLICA_URL')).toHaveLength(1);
});

test('a service that no host names has no such URL', () => {
	expect(plan('tigris', ['REPLICA_URL']).map(({name}) => name)).not.toContain('REPLICA_URL');
});
