import {expect, test} from 'vitest';
import {site} from '../../../source/checks/verify/site.ts';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {HttpAnswer, Readers} from '../../../source/core/readers.ts';

const ask = (location: string | undefined) => {
	const answer: HttpAnswer = {
		is: 'answered',
		status: 302,
		headers: location === undefined ? {} : {location},
		body: '',
	};
	const readers = {net: {request: async () => answer}} as unknown as Readers;
	return site.check({app: 'blog-1'} as PlanContext, readers);
};

test.each(['http://[', '//', 'https://%', 'https://a b/', 'http://a:99999/', '', undefined])(
	'a redirect to %j, which is not an address, is reported as it was sent',
	async location => {
		expect(await ask(location)).toMatchObject({
			status: 'wrong',
			detail: `https://blog-1.fly.dev/ answers 302, but its Location ${JSON.stringify(location ?? '')} is not an address`,
			hint: expect.stringContaining('fly logs -a blog-1'),
		});
	},
);

test('a redirect elsewhere, and one to itself', async () => {
	expect(await ask('/en')).toMatchObject({
		status: 'proved',
		detail: expect.stringContaining('https://blog-1.fly.dev/en'),
	});
	expect(await ask('/')).toMatchObject({
		status: 'wrong',
		detail: 'https://blog-1.fly.dev/ redirects to itself',
	});
});
