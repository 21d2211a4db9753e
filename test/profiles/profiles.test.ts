import {expect, test} from 'vitest';
import {profiles} from '../../source/cli/registry.ts';
import type {Answers} from '../../source/core/answer.ts';
import {detectProfile} from '../../source/core/project/profile.ts';
import {readProject} from '../../source/core/project/project.ts';
import {phoenix} from '../../source/profiles/phoenix.ts';
import {wisp} from '../../source/profiles/wisp.ts';
import {readChat} from '../helpers/template-files.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';

const host = 'blog.example.com';
const answer = (value: string): Answers => new Map([['mail-key', {value, origin: {kind: 'flag', text: ''}}]]);
const key = {'mail-key': 're_1'};

test.each([
	{name: 'a key', answers: answer('given'), keys: key, mail: ['re_1']},
	{name: 'none', answers: answer('none'), keys: {}, mail: []},
	{name: 'no answer', answers: new Map(), keys: {}, mail: []},
	{name: 'a key given earlier', answers: answer('given'), keys: {}, mail: [undefined]},
])('wisp needs RESEND_API_KEY for $name: $mail', ({answers, keys, mail}) => {
	const {secrets} = buildAnswerState({secrets: keys});
	const wanted = wisp.secrets(answers, host).filter(({name}) => name === 'RESEND_API_KEY');
	expect(wanted.map(each => secrets.find(each)?.reveal())).toEqual(mail);
});

test.each(profiles)('$id generates the key base and shows the host', profile => {
	expect(profile.secrets(new Map(), host)).toEqual([
		{name: 'SECRET_KEY_BASE', isGenerated: true},
		{name: 'PHX_HOST', value: host},
	]);
});

test('detects an app with SQLite as wisp and says why', () => {
	const {facts: project} = buildAnswerState();
	expect(wisp.detect(project)).toContain('ecto_sqlite3');
	expect(phoenix.detect(project)).toBeUndefined();
});

test('detects an app without a database as phoenix and says why', () => {
	const reading = readProject(readChat());
	const project = reading.ok ? reading.facts : buildAnswerState().facts;
	expect(phoenix.detect(project)).toBe('no database in mix.exs, phoenix_live_view in mix.exs');
	expect(wisp.detect(project)).toBeUndefined();
});

test.each(profiles)('$id is detected from its own samples only', ({id, detect, samples: {good, bad}}) => {
	const read = (name: string) => {
		const deps = ['phoenix', name].map(each => `{:${each}, "~> 1.0"}`).join(', ');
		const reading = readProject(new Map([['mix.exs', `[app: :blog, version: "1.0.0", deps: [${deps}]]`]]));
		if (!reading.ok) throw new Error(reading.problem);
		return reading.facts;
	};
	for (const name of good) {
		expect(detect(read(name))).toContain(name);
		expect(detectProfile(profiles, read(name))?.id).toBe(id);
	}

	expect(good.length * bad.length).toBeGreaterThan(0);
	for (const name of bad) expect(detect(read(name))).toBeUndefined();
});
