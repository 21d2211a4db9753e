import {describe, expect, test} from 'vitest';
import {parseArguments} from '../../../source/cli/arguments.ts';
import {commands, profiles, providers, questions} from '../../../source/cli/registry.ts';
import {rejectContradictions} from '../../../source/core/command/conflicts.ts';
import {Failure} from '../../../source/core/errors/failure.ts';

function judge(line: string): string | undefined {
	const options = parseArguments(line.split(' '), commands, questions, () => false);
	try {
		rejectContradictions(options, {questions, providers, profiles});
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		expect(error).toMatchObject({code: 'usage', exit: 'usage'});
		expect(error.hint).toMatch(/^(?:Leave out|Add) --/);
		return error.message;
	}

	return undefined;
}

describe('flags that exclude each other are refused, both named', () => {
	test.each([
		['--json --plain', '--json and --plain'],
		['--json --screen-reader', '--json and --screen-reader'],
		['-q --verbose', '--quiet and --verbose'],
		['plan --script --json', '--script and --json'],
		['plan --script --out plan.json', '--script and --out'],
		['--no-mail --secret-file RESEND_API_KEY=key', '--no-mail and --secret-file RESEND_API_KEY'],
		['--skip-secret STRIPE_KEY --secret STRIPE_KEY', '--skip-secret STRIPE_KEY and --secret STRIPE_KEY'],
		['--storage tigris --r2-account-id 0', '--storage tigris and --r2-account-id'],
		['--storage tigris --storage-region eu', '--storage tigris and --storage-region'],
		[
			'--storage tigris --secret-file LITESTREAM_ACCESS_KEY_ID=k',
			'--storage tigris and --secret-file LITESTREAM_ACCESS_KEY_ID',
		],
		['--storage s3 --r2-jurisdiction eu', '--storage s3 and --r2-jurisdiction'],
		['--storage r2 --storage-region auto', '--storage r2 and --storage-region'],
		['--profile phoenix --storage s3', '--profile phoenix and --storage'],
		['--profile phoenix --volume-size 1', '--profile phoenix and --volume-size'],
		['--profile phoenix --no-mail', '--profile phoenix and --no-mail'],
	])('%s', (line, both) => {
		expect(judge(line)).toMatch(new RegExp(`^${both} exclude each other: .+\\.$`));
	});
});

test.each([
	['--world w.json', '--world'],
	['plan --speed 10', '--speed'],
])('%s would touch the real account, so it is refused', (line, flag) => {
	expect(judge(line)).toBe(`${flag} is about a rehearsal, and this would be no rehearsal.`);
});

test.each([
	'--yes --dry-run --json',
	'--yes --no-input --plain --screen-reader',
	'--storage tigris --endpoint https://t3.storage.dev --bucket b --prefix p',
	'--storage s3 --storage-region eu --secret-file LITESTREAM_ACCESS_KEY_ID=k',
	'--profile wisp --volume-size 2 --no-mail --storage r2 --r2-jurisdiction eu',
	'--profile phoenix --secret-file RESEND_API_KEY=key --secret OTHER --skip-secret STRIPE_KEY',
	'verify --rehearse --world w.json --speed 100',
	'rehearse --speed 10',
])('%s is fine', line => {
	expect(judge(line)).toBeUndefined();
});
