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
		expect(error.hint).toMatch(/^(?:Remove|Add) --/);
		return error.message;
	}

	return undefined;
}

describe('rejects flags that exclude each other, and names both', () => {
	test.each([
		['--json --plain', '--json or --plain'],
		['--json --screen-reader', '--json or --screen-reader'],
		['-q --verbose', '--quiet or --verbose'],
		['plan --script --json', '--script or --json'],
		['plan --script --out plan.json', '--script or --out'],
		['--no-mail --secret RESEND_API_KEY', '--no-mail or --secret RESEND_API_KEY'],
		['--skip-secret STRIPE_KEY --secret STRIPE_KEY', '--skip-secret STRIPE_KEY or --secret STRIPE_KEY'],
		['--storage tigris --r2-account-id 0', '--storage tigris or --r2-account-id'],
		['--storage tigris --storage-region eu', '--storage tigris or --storage-region'],
		[
			'--storage tigris --secret-file LITESTREAM_ACCESS_KEY_ID=k',
			'--storage tigris or --secret-file LITESTREAM_ACCESS_KEY_ID',
		],
		['--storage s3 --r2-jurisdiction eu', '--storage s3 or --r2-jurisdiction'],
		['--storage r2 --storage-region auto', '--storage r2 or --storage-region'],
		['--profile phoenix --storage s3', '--profile phoenix or --storage'],
		['--profile phoenix --volume-size 1', '--profile phoenix or --volume-size'],
		['--profile phoenix --no-mail', '--profile phoenix or --no-mail'],
	])('%s', (line, both) => {
		expect(judge(line)).toMatch(new RegExp(`^Use ${both}, not both: .+\\.$`));
	});
});

test.each([
	['--world w.json', '--world'],
	['plan --speed 10', '--speed'],
])('rejects %s without a rehearsal', (line, flag) => {
	expect(judge(line)).toBe(`${flag} only works with --rehearse.`);
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
])('accepts %s', line => {
	expect(judge(line)).toBeUndefined();
});
