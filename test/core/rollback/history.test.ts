import {expect, test} from 'vitest';
import {buildHistory, readMigrationRows} from '../../../source/core/rollback/history.ts';

const release = (version: number, minute: number, image: string, status = 'complete') => ({
	ID: `rel_${version}`,
	Version: version,
	Status: status,
	ImageRef: `registry.fly.io/blog:${image}`,
	CreatedAt: `2026-11-28T10:${String(minute).padStart(2, '0')}:00Z`,
});
const ran = (version: string, minute: number) => ({
	version,
	ranAtMs: Date.parse(`2026-11-28T10:${String(minute).padStart(2, '0')}:05Z`),
});
const sinceOf = (...args: Parameters<typeof buildHistory>) =>
	Object.fromEntries(buildHistory(...args).releases.map(({version, since}) => [version, since]));

test('what ran once another image had replaced that of a release came after it, also when that release failed', () => {
	const releases = [
		release(4, 40, 'c', 'failed'),
		release(3, 30, 'b'),
		release(2, 20, 'a'),
		release(1, 10, 'a'),
	];
	const migrations = [ran('1', 10), ran('2', 30), ran('3', 40)];
	expect(sinceOf('blog', releases, {is: 'read', migrations})).toEqual({
		1: ['2', '3'],
		2: ['2', '3'],
		3: ['3'],
		4: [],
	});
	expect(buildHistory('blog', releases, {is: 'read', migrations}).current).toBe(3);
});

test('a migration without a time, or one just before the release, counts as later', () => {
	const releases = [release(2, 20, 'b'), release(1, 10, 'a')];
	const migrations = [
		{version: '1', ranAtMs: undefined},
		{version: '2', ranAtMs: Date.parse('2026-11-28T10:19:45Z')},
		{version: '3', ranAtMs: Date.parse('2026-11-28T10:19:15Z')},
	];
	expect(sinceOf('blog', releases, {is: 'read', migrations})).toEqual({1: ['1', '2'], 2: []});
});

test('a database that cannot be read is not one without migrations', () => {
	const releases = [release(2, 20, 'b'), release(1, 10, 'a')];
	const history = buildHistory('blog', releases, {is: 'unknown', why: 'no machine is started'});
	expect(history.unknown).toBe('no machine is started');
	expect(history.releases.map(({since}) => since)).toEqual([[], undefined]);
});

test('a tag that is a commit is shown as one; a tag of flyctl is not', () => {
	const commits = ['deployment-01KB4QZ3V9', 'sha-0a1b2c3d', '0a1b2c3', 'latest', 'v1'].map(
		tag => buildHistory('blog', [release(1, 1, tag)], {is: 'read', migrations: []}).releases[0]?.commit,
	);
	expect(commits).toEqual([undefined, '0a1b2c3d', '0a1b2c3', undefined, undefined]);
});

test('rows of schema_migrations are read as UTC, with or without a T, and nothing else is', () => {
	const at = Date.parse('2026-11-28T10:20:30Z');
	expect(readMigrationRows('20260101000000|2026-11-28T10:20:30\n2|2026-11-28 10:20:30\n3|\n')).toEqual([
		{version: '20260101000000', ranAtMs: at},
		{version: '2', ranAtMs: at},
		{version: '3', ranAtMs: undefined},
	]);
	expect(readMigrationRows('')).toEqual([]);
	expect(readMigrationRows('Error: unable to open')).toBeUndefined();
});
