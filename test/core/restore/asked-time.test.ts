import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readAskedTime} from '../../../source/core/restore/asked-time.ts';
import {findMoments, readWall, writeMoment} from '../../../source/core/restore/zone.ts';

const nowMs = Date.parse('2026-11-28T11:26:00Z');
const berlin = {nowMs, zone: 'Europe/Berlin'};

test.each([
	['10 minutes ago', '2026-11-28T11:16:00Z'],
	['10 min ago', '2026-11-28T11:16:00Z'],
	['a minute ago', '2026-11-28T11:25:00Z'],
	['an hour ago', '2026-11-28T10:26:00Z'],
	['one hour ago', '2026-11-28T10:26:00Z'],
	['90s ago', '2026-11-28T11:24:30Z'],
	['1h30m ago', '2026-11-28T09:56:00Z'],
	['1 hour 30 minutes ago', '2026-11-28T09:56:00Z'],
	['1 hour and 30 minutes ago', '2026-11-28T09:56:00Z'],
	['2 hours, 5 min ago', '2026-11-28T09:21:00Z'],
	['1.5 hours ago', '2026-11-28T09:56:00Z'],
	['3 days ago', '2026-11-25T11:26:00Z'],
	['a week ago', '2026-11-21T11:26:00Z'],
	['0 s ago', '2026-11-28T11:26:00Z'],
	['  10   Minutes  AGO ', '2026-11-28T11:16:00Z'],
	['12:03', '2026-11-28T11:03:00Z'],
	['12:03:04', '2026-11-28T11:03:04Z'],
	['12:03:04.5', '2026-11-28T11:03:04.500Z'],
	['9:05', '2026-11-28T08:05:00Z'],
	['9am', '2026-11-28T08:00:00Z'],
	['9:30 AM', '2026-11-28T08:30:00Z'],
	['12 am', '2026-11-27T23:00:00Z'],
	['12pm', '2026-11-28T11:00:00Z'],
	['at 12:03', '2026-11-28T11:03:00Z'],
	['today 12:03', '2026-11-28T11:03:00Z'],
	['today at 12:03', '2026-11-28T11:03:00Z'],
	['yesterday 14:00', '2026-11-27T13:00:00Z'],
	['Yesterday at 2pm', '2026-11-27T13:00:00Z'],
	['yesterday 14:00 UTC', '2026-11-27T14:00:00Z'],
	['friday 14:00', '2026-11-27T13:00:00Z'],
	['last sunday 14:00', '2026-11-22T13:00:00Z'],
	['Mon 9:30', '2026-11-23T08:30:00Z'],
	['2026-11-27 14:03', '2026-11-27T13:03:00Z'],
	['2026-11-27T14:03', '2026-11-27T13:03:00Z'],
	['2026-11-27 at 14:03:59', '2026-11-27T13:03:59Z'],
	['2026-1-7 14:03', '2026-01-07T13:03:00Z'],
	['2026-07-01 14:03', '2026-07-01T12:03:00Z'],
	['2026-11-27 14:03 America/New_York', '2026-11-27T19:03:00Z'],
	['2026-11-27T14:03:05Z', '2026-11-27T14:03:05Z'],
	['2026-11-27t14:03:05z', '2026-11-27T14:03:05Z'],
	['2026-11-27 14:03:05 UTC', '2026-11-27T14:03:05Z'],
	['2026-11-27T14:03:05.123456Z', '2026-11-27T14:03:05.123Z'],
	['2026-11-27T14:03:05+01:00', '2026-11-27T13:03:05Z'],
	['2026-11-27T14:03:05 -0530', '2026-11-27T19:33:05Z'],
	['2026-11-27T14:03+14:00', '2026-11-27T00:03:00Z'],
	['2024-02-29 12:00', '2024-02-29T11:00:00Z'],
])('reads "%s"', (typed, expected) => {
	const read = readAskedTime(typed, berlin);
	expect(read.ok && new Date(read.atMs).toISOString()).toBe(new Date(expected).toISOString());
});

test.each([
	['', 'time-unclear', 'The time is empty.'],
	['soon', 'time-unclear', 'not a time'],
	['10 parsecs ago', 'time-unclear', 'not a time'],
	['ago', 'time-unclear', 'not a time'],
	['-5 minutes ago', 'time-unclear', 'not a time'],
	['14', 'time-unclear', 'not a time'],
	['13pm', 'time-unclear', 'not a time'],
	['25:00', 'time-unclear', 'no such date or time'],
	['12:60', 'time-unclear', 'no such date or time'],
	['2026-02-29 12:00', 'time-unclear', 'no such date or time'],
	['2026-13-01 12:00', 'time-unclear', 'no such date or time'],
	['2026-00-01 12:00', 'time-unclear', 'no such date or time'],
	['2026-11-27', 'time-unclear', 'no time of day'],
	['yesterday', 'time-unclear', 'no time of day'],
	['monday', 'time-unclear', 'no time of day'],
	['saturday 9:00', 'time-unclear', 'today or a week ago'],
	['28/11/2026 14:03', 'time-unclear', 'two ways'],
	['14:03 CET', 'time-unclear', 'CET is not the name of one time zone'],
	['14:03 Europe/Atlantis', 'time-unclear', 'does not know the time zone'],
	['2026-11-27T14:03+15:00', 'time-unclear', 'no such offset'],
	['12:27', 'time-in-future', 'in the future'],
	['2026-11-28T11:26:01Z', 'time-in-future', 'in the future'],
	['2099-01-01 00:00', 'time-in-future', 'in the future'],
])('refuses "%s": %s', (typed, code, problem) => {
	const read = readAskedTime(typed, berlin);
	expect(read).toMatchObject({ok: false, code, problem: expect.stringContaining(problem)});
});

test.each([
	['23:50', 'yesterday 23:50'],
	['11pm', 'yesterday 11pm'],
	['2026-11-28 23:50', '10 minutes ago'],
])('offers a past time instead of "%s"', (typed, instead) => {
	expect(readAskedTime(typed, berlin)).toMatchObject({ok: false, instead: [instead]});
	expect(readAskedTime(instead, berlin)).toMatchObject({ok: true});
});

test('a time that was twice is refused, with both moments', () => {
	const read = readAskedTime('2026-10-25 02:30', berlin);
	expect(read).toMatchObject({
		ok: false,
		code: 'time-ambiguous',
		instead: ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'],
	});
	const moments = read.ok ? [] : read.instead.map(each => readAskedTime(each, berlin));
	expect(moments.map(each => each.ok && each.atMs)).toEqual([
		Date.parse('2026-10-25T00:30:00Z'),
		Date.parse('2026-10-25T01:30:00Z'),
	]);
});

test('a time that never was is refused, with the moments around it', () => {
	expect(readAskedTime('2026-03-29 02:30', berlin)).toMatchObject({
		ok: false,
		code: 'time-nonexistent',
		instead: ['2026-03-29T01:59:59+01:00', '2026-03-29T03:00:00+02:00'],
	});
	// Clocks there are set by half an hour.
	expect(readAskedTime('2026-10-04 02:15', {nowMs, zone: 'Australia/Lord_Howe'})).toMatchObject({
		code: 'time-nonexistent',
		instead: ['2026-10-04T01:59:59+10:30', '2026-10-04T02:30:00+11:00'],
	});
	// A day that was left out: Samoa crossed the date line.
	expect(readAskedTime('2011-12-30 12:00', {nowMs, zone: 'Pacific/Apia'})).toMatchObject({
		code: 'time-nonexistent',
	});
});

test('yesterday is the day before in the zone of the time, not of UTC', () => {
	const late = {nowMs: Date.parse('2026-11-28T23:30:00Z'), zone: 'Asia/Tokyo'};
	expect(readAskedTime('yesterday 10:00', late)).toMatchObject({atMs: Date.parse('2026-11-28T01:00:00Z')});
	expect(readAskedTime('yesterday 10:00 UTC', late)).toMatchObject({
		atMs: Date.parse('2026-11-27T10:00:00Z'),
	});
});

test('every moment is read back from how it is written, in any zone', () => {
	const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham'];
	fc.assert(
		fc.property(
			fc.integer({min: Date.parse('1972-01-01T00:00:00Z'), max: nowMs}),
			fc.constantFrom(...zones),
			(atMs, zone) => {
				expect(readAskedTime(writeMoment(atMs, zone), berlin)).toMatchObject({ok: true, atMs});
				expect(findMoments(readWall(atMs, zone), zone)).toContain(atMs);
			},
		),
	);
});

test('any text is read or refused, with times that can be read', () => {
	const words = fc.constantFrom(
		...['10', 'minutes', 'ago', 'yesterday', '14:03', '2026-11-28', 'T', 'Z', '+01:00', 'monday', 'at'],
		...['am', 'UTC', 'Europe/Berlin', '.', '99', '-', 'last', 'and', ' ', ''],
	);
	const texts = fc.oneof(
		fc.string(),
		fc.array(words, {maxLength: 6}).map(each => each.join(' ')),
	);
	fc.assert(
		fc.property(texts, text => {
			const read = readAskedTime(text, berlin);
			if (read.ok) expect(read.atMs).toBeLessThanOrEqual(nowMs);
			else expect(read.instead.length).toBeGreaterThan(0);
		}),
	);
});
