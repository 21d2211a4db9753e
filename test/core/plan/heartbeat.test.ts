import {expect, test} from 'vitest';
import {none} from '../../../source/core/answer.ts';
import {describeHeartbeat, findHeartbeat} from '../../../source/core/plan/heartbeat.ts';
import {setSecretActions} from '../../../source/core/plan/secret-actions.ts';
import {makePlan} from '../../helpers/make-plan.ts';

const url = 'https://monitor.example.com/ping/0f1e2d3c';

const planWith = (answer: string | undefined) =>
	makePlan({
		profile: 'wisp',
		provider: 'tigris',
		answers: answer === undefined ? {} : {heartbeat: answer},
		secrets: answer === 'given' ? {heartbeat: url} : {},
	}).context;

/** The context with other versions of the files that a plan writes. */
const change = (path: string, from: string | RegExp, to: string) => {
	const context = planWith('given');
	const files = context.files.map(file =>
		file.path === path ? {...file, after: file.after.replace(from, () => to)} : file,
	);
	expect(files).not.toEqual(context.files);
	return {...context, files};
};

test('our files let Litestream ping; the URL is a secret, sent on standard input', () => {
	const context = planWith('given');
	expect(findHeartbeat(context)).toEqual({from: 'litestream', version: '0.5.17'});
	expect(context.appSecrets).toContainEqual({name: 'LITESTREAM_HEARTBEAT_URL', from: 'heartbeat'});
	const [action] = setSecretActions('blog-1', context.appSecrets, ['LITESTREAM_HEARTBEAT_URL']);
	expect(action?.args).toEqual(['secrets', 'import', '--stage', '-a', 'blog-1']);
	expect(JSON.stringify(context)).not.toContain(url);
	expect(describeHeartbeat(context)).toEqual([
		'heartbeat: Litestream 0.5.17 pings the monitor while its syncs succeed.',
	]);
});

test.each([undefined, none, ''])('without a URL (%s) there is no secret and no word of it', answer => {
	const context = planWith(answer);
	expect(findHeartbeat(context)).toBeUndefined();
	expect(describeHeartbeat(context)).toEqual([]);
	expect(context.appSecrets.map(({name}) => name)).not.toContain('LITESTREAM_HEARTBEAT_URL');
});

test.each(['0.3.13', '0.5.5'])('with Litestream %s the drill pings', version => {
	const context = change('Dockerfile', /0\.5\.17/g, version);
	expect(findHeartbeat(context)).toEqual({from: 'drill', why: `Litestream ${version} sends none`});
	expect(describeHeartbeat(context)[0]).toContain('phxfly drill pings the monitor');
});

test('with a litestream.yml that does not read the URL the drill pings', () => {
	const context = change('etc/litestream.yml', /^heartbeat-url.*\n/m, '');
	expect(findHeartbeat(context)).toEqual({from: 'drill', why: 'etc/litestream.yml has no heartbeat-url'});
});

test('an image that is not built here may have either', () => {
	const context = {...planWith('given'), image: 'ghcr.io/example/blog:2'};
	expect(findHeartbeat(context)).toEqual({from: 'unsure'});
	expect(describeHeartbeat(context)[0]).toMatch(/if the image has 0\.5\.6 or newer\. phxfly drill pings/);
});

test('a URL in litestream.yml itself counts, without a secret', () => {
	const written = change('etc/litestream.yml', /^heartbeat-url.*$/m, `heartbeat-url: ${url}`);
	expect(findHeartbeat({...written, answers: new Map()})).toEqual({from: 'litestream', version: '0.5.17'});
});
