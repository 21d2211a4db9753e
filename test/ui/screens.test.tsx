import {afterEach, expect, test} from 'vitest';
import type {QuestionView, Screen, SessionState} from '../../source/core/session/session.ts';
import {createSessionView, SessionApp} from '../../source/ui/app.tsx';
import {createFakeSession} from '../helpers/fake-session.ts';
import {galleryStates, ledgerAt, regionQuestion, run, textQuestion} from '../helpers/gallery-states.ts';
import {keys, openScreen} from '../helpers/screen.tsx';
import {drawGallery} from '../helpers/screen-gallery.tsx';

let close = () => {};
afterEach(() => close());

function open(state: SessionState | undefined, size = {}) {
	if (!state) throw new Error('The gallery has no such screen.');
	const session = createFakeSession(state);
	const screen = openScreen(<SessionApp view={createSessionView(session)} />, size);
	close = screen.close;
	const show = (changed: Screen) => session.set({...state, screen: changed});
	return {...screen, session, show};
}

test('asks one question inside the answer list', async () => {
	const screen = open(galleryStates['first question']);
	await screen.shows('for example blog-1');
	expect(screen.text()).toMatchInlineSnapshot(`
		" phxfly · wisp · ~/blog

		 › app       ▌for example blog-1
		             The name of your app, which will be at NAME.fly.dev. App names
		             are unique across Fly.io and cannot be changed later.

		   org
		   region
		   volume
		   machine
		   domain
		   mail
		   storage
		   bucket

		 enter accept   ? help   ctrl-c quit (answers are saved)"
	`);

	screen.type(`blog-2${keys.enter}`);
	await screen.shows('blog-2');
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'app', typed: 'blog-2'}]);
});

test('Esc on the first question says how to quit, and does not', async () => {
	const screen = open(galleryStates['first question']);
	screen.type(keys.escape);
	await screen.shows('This is the first question. Press ctrl-c to quit; your answers are saved.');
	expect(screen.session.actions).toEqual([]);
	screen.type('x');
	await screen.shows('enter accept');
});

test('Enter takes the proposal, and says where it comes from only while it is there', async () => {
	const screen = open(galleryStates['proposed answer']);
	await screen.shows(/› volume +▌1 +default$/m);
	expect(screen.text()).toContain('enter accept   tab edit   esc back   ? help');
	screen.type('2');
	await screen.shows(/› volume +2▌$/m);
	screen.type(keys.backspace);
	await screen.shows(/› volume +▌1 +default$/m);
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'volume', typed: '1'}]);
});

test('the first key replaces the proposal', async () => {
	const screen = open(galleryStates['proposed answer']);
	screen.type(`2${keys.enter}`);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'volume', typed: '2'}]);
});

test.each([
	['Tab', keys.tab],
	['Right', keys.right],
])('%s takes the proposal to edit it', async (_name, key) => {
	const screen = open(galleryStates['proposed answer']);
	screen.type(`${key}0`);
	await screen.shows(/› volume +10▌$/m);
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'volume', typed: '10'}]);
});

test('? is help in a field with a proposal, and a letter in one with text', async () => {
	const screen = open(galleryStates['proposed answer']);
	screen.type('?');
	await screen.shows('1 GB is enough for years of blogging.');
	screen.type(keys.escape);
	await screen.shows(/› volume +▌1/);
	screen.type('a?');
	await screen.shows(/› volume +a\?▌/);
});

test('what an empty answer means is confirmed by a second Enter, and forgotten by a key', async () => {
	const screen = open(galleryStates['skipped answer']);
	await screen.shows(/Press\s+Enter\s+again\s+to\s+skip\s+it\./);
	expect(screen.text()).toContain('enter skip it');
	screen.type(`b${keys.backspace}`);
	await screen.shows('enter accept');
	expect(screen.text()).not.toContain('Press Enter again');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'domain', typed: ''}]);
	close();

	const again = open(galleryStates['skipped answer']);
	again.type(keys.enter);
	await expect.poll(() => again.session.actions).toEqual([{type: 'answered', id: 'domain', typed: 'none'}]);
});

test('an Enter typed before the sentence about an empty answer was there does not confirm it', async () => {
	const {skip, ...question} = {
		...textQuestion,
		skip: 'No domain. Press Enter again to skip it.',
		canGoBack: true,
	};
	const at = (view: QuestionView): SessionState => ({
		...(galleryStates.region as SessionState),
		screen: {kind: 'question', answerList: ledgerAt('app'), question: view},
	});
	const session = createFakeSession(at({...question, skip: undefined}), () =>
		session.set(at({...question, skip})),
	);
	const screen = openScreen(<SessionApp view={createSessionView(session)} />);
	close = screen.close;
	screen.type(keys.enter + keys.enter + keys.enter);
	await screen.shows('Press Enter again');
	screen.type(`?`);
	await screen.shows('For example: blog-1');
	expect(session.actions).toEqual([{type: 'answered', id: 'app', typed: ''}]);
	screen.type(keys.escape);
	await screen.shows('Press Enter again');
	screen.type(keys.enter);
	await expect.poll(() => session.actions.at(1)).toEqual({type: 'answered', id: 'app', typed: 'none'});
});

test('o opens the page of an answer while the field is empty, and is a letter afterwards', async () => {
	const screen = open(galleryStates.secret);
	await screen.shows('o find it');
	screen.type('o');
	await expect.poll(() => screen.session.actions).toEqual([{type: 'opened-page'}]);
	screen.type(`xo${keys.enter}`);
	await expect.poll(() => screen.session.actions.at(1)).toEqual({type: 'answered', id: 'mail', typed: 'xo'});
	close();

	const pageless = open(galleryStates['first question']);
	pageless.type(`orbit${keys.enter}`);
	await expect.poll(() => pageless.session.actions).toEqual([{type: 'answered', id: 'app', typed: 'orbit'}]);
});

test('a secret that was given is kept by Enter', async () => {
	const screen = open(galleryStates['kept secret']);
	await screen.shows('Resend, key ends in 4f2a, enter keeps it');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'mail', typed: ''}]);
});

test('shows the problem until the next key, and Tab accepts the suggestion', async () => {
	const screen = open(galleryStates['refused answer']);
	await screen.shows('✕ Enter only the host, without scheme, port, or path.');
	screen.type(keys.tab);
	await screen.shows(/› domain +blog\.example\.com/);
	expect(screen.text()).not.toContain('That is a URL');
	screen.type(keys.enter);
	await expect
		.poll(() => screen.session.actions)
		.toEqual([{type: 'answered', id: 'domain', typed: 'blog.example.com'}]);
});

test('sends nothing while an answer is checked', async () => {
	const screen = open(galleryStates['checked answer']);
	await screen.shows('Checking with Fly');
	screen.type(`${keys.enter}x`);
	screen.type(keys.escape);
	await screen.shows('This is the first question');
	screen.show({
		kind: 'question',
		answerList: ledgerAt('app'),
		question: {...textQuestion, initial: 'blog-1', problem: 'It is taken.'},
	});
	await screen.shows('✕ It is taken.');
	expect(screen.session.actions).toEqual([]);
});

test('keys typed while an answer is checked go to the next question', async () => {
	const screen = open(galleryStates['checked answer']);
	await screen.shows('Checking with Fly');
	screen.type('acme');
	screen.show({
		kind: 'question',
		answerList: ledgerAt('org'),
		question: {...textQuestion, id: 'org', label: 'org'},
	});
	await screen.shows(/› org +acme/);
});

test('a secret never reaches the screen, and short ones do not even show their ending', async () => {
	const screen = open(galleryStates.secret);
	screen.type('re_12');
	await screen.shows('•••••');
	expect(screen.text()).not.toContain('ends in');
	screen.type('34567890abcdef4f2a');
	await screen.shows('••••••••');
	await screen.shows('ends in 4f2a');
	expect(screen.text()).not.toContain('re_12');
	screen.type(keys.enter);
	await expect
		.poll(() => screen.session.actions)
		.toEqual([{type: 'answered', id: 'mail', typed: 're_1234567890abcdef4f2a'}]);
});

test('filters a long list while typing; Esc first shows all choices, then goes back', async () => {
	const screen = open(galleryStates.region);
	await screen.shows('› sjc');
	screen.type('s');
	await screen.shows('region    s▌');
	screen.type('yd');
	await screen.shows(/› syd {2}Sydney/);
	expect(screen.text()).not.toContain('Singapore');
	screen.type('x');
	await screen.shows('No match for "sydx"');
	screen.type(keys.enter + keys.escape);
	await screen.shows('› sjc');
	screen.type(keys.escape);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'went-back'}]);
});

test('skips disabled choices, pages, and stays inside the list', async () => {
	const screen = open(galleryStates.region);
	await screen.shows('› sjc');
	screen.type(keys.down);
	await screen.shows('› sin');
	screen.type(keys.up + keys.up + keys.up);
	await screen.shows('› sjc');
	screen.type(keys.pageDown);
	await screen.shows(/› c\d/);
	screen.type(keys.end);
	await screen.shows('› c11');
	screen.type(keys.down + keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'region', typed: 'c11'}]);
});

test('letters filter a short list too, and Enter takes what they name', async () => {
	const screen = open(galleryStates.storage);
	await screen.shows(/› Tigris/);
	screen.type('s3');
	await screen.shows(/› S3/);
	expect(screen.text()).not.toContain('Tigris');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'answered', id: 'storage', typed: 's3'}]);
});

test.each([
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
])('the reason of a question is whole above its choices, at $columns × $rows', async size => {
	const screen = open(galleryStates.restore, size);
	await screen.shows('› another prefix');
	const text = screen.text().replaceAll(/\s+/g, '');
	expect(text).toContain("silentlydestroyeachother'sreplica.");
	expect(text).toContain('alreadycontainsareplicaofLitestream0.5.');
});

test('? opens the help of a question and keeps the marked choice', async () => {
	const screen = open(galleryStates.region);
	await screen.shows('› sjc');
	screen.type(`${keys.down}?`);
	await screen.shows('Where does the machine live?');
	screen.type(keys.escape);
	await screen.shows('› sin');
	expect(screen.session.actions).toEqual([]);
});

test('shrinks to the question and a count in a short window', async () => {
	const screen = open(galleryStates.region, {columns: 40, rows: 10});
	await screen.shows('3 of 9');
	expect(screen.text()).toMatchInlineSnapshot(`
		" rehearsal · phxfly · wisp · ~…  3 of 9
		 › region  ▌
		   Where the machine and its volume
		   live. A volume cannot move later.
		   › sjc  San Jose, California
		     sea  Seattle, Washington
		     sin  Singapore
		     syd  Sydney, Australia     1 of 16
		 ↑↓ move   enter choose   ctrl-c quit"
	`);
});

test('review: scrolls, shows diff and commands whole, starts', async () => {
	const screen = open(galleryStates.review);
	await screen.shows('↓ 7 more');
	screen.type(keys.pageDown + keys.pageDown);
	await screen.shows('LITESTREAM_ACCESS_KEY_ID');
	screen.type('d');
	await screen.shows('+primary_region = "sjc"');
	screen.type(keys.escape);
	await screen.shows('› Start');
	screen.type('c');
	await screen.shows('$ fly apps create blog-1');
	expect(screen.text().replace(/\n\s*/g, ' ')).toContain('--snapshot-retention 14 --yes --json');
	screen.type('c');
	await screen.shows('› Start');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'started'}]);
});

test('review: shows at 80 × 24 without scrolling what exists, costs, accepts terms, or cannot be undone', async () => {
	const screen = open(galleryStates.review);
	await screen.shows('› Start');
	const text = screen.text().replaceAll(/\s+/g, ' ');
	for (const words of [
		'already done: create the app, write the files; next: create the volume',
		'storage, Tigris $0.10–2.50 (prices of 2026-08)',
		'https://www.tigrisdata.com/docs/legal/service-terms/',
		'the volume cannot leave sjc or shrink',
		'This restarts the machine',
	])
		expect(text).toContain(words);
});

test('review: the plan can be saved instead', async () => {
	const screen = open(galleryStates.review);
	screen.type(keys.right + keys.right + keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'saved-plan'}]);
});

test('review: an answer is picked and changed', async () => {
	const screen = open(galleryStates.review);
	screen.type(keys.right + keys.enter);
	await screen.shows('Change an answer');
	screen.type(`mach`);
	await screen.shows('› machine');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'changed-answer', id: 'machine'}]);
});

test('running: seconds pass, the log opens, Ctrl-C stops safely', async () => {
	const screen = open(galleryStates.running);
	await screen.shows(/Deploy +1:58/);
	screen.session.setNow(196_000);
	await screen.shows(/Deploy +3:00/);
	await screen.shows('3 min 16 s');
	screen.type('l');
	await screen.shows('Log from line 401 on');
	screen.type(keys.home);
	await screen.shows(/1–19 of 6\d/);
	screen.type(keys.escape + keys.ctrlC);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'interrupted'}]);
	screen.show({kind: 'running', run, isStopping: true, lease: undefined});
	await screen.shows('Stopping safely');
});

test('running: says how long it still takes, by a bar for the deploy and one for the whole', async () => {
	const screen = open(galleryStates.running);
	await screen.shows(/█{10}░{14} {2}about 3 min left/);
	await screen.shows(/Deploy +1:58 +█{4}░{4} building, step 7 of 12/);
});

test('running: a silence is one line that counts', async () => {
	const screen = open(galleryStates['running, silent']);
	await screen.shows('No output for 2 min 17 s. Usually normal');
	screen.session.setNow(194_000);
	await screen.shows('No output for 3 min 17 s. Usually normal');
	expect(screen.text().match(/No output/g)).toHaveLength(1);
});

test.each([
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
	{columns: 30, rows: 6},
])('running: DNS records are whole or one key away at $columns × $rows', async size => {
	const screen = open(galleryStates['running with records'], size);
	await screen.shows(/DNS records/);
	screen.type('r');
	await screen.shows(/c copy/);
	if (size.rows >= 10) expect(screen.text()).toContain('2a09:8280:1::3ea:0');
	screen.type(keys.escape);
	await screen.shows(/l log/);
});

test('watching: DNS records that do not fit are one key away', async () => {
	const screen = open(galleryStates['watching, much to say'], {columns: 40, rows: 10});
	await screen.shows('r  2 DNS records to add');
	screen.type('r');
	await screen.shows('2a09:8280:1::3ea:0');
});

test('the log is searched, follows its end, and stays where you scrolled', async () => {
	const screen = open(galleryStates.running);
	screen.type('l');
	await screen.shows('following');
	screen.type('/FILE 4');
	await screen.shows('/FILE 4▌');
	screen.type(keys.enter);
	await screen.shows('match 11 of 11');
	expect(screen.text()).toContain('Compiling file 49');
	screen.type('N');
	await screen.shows('match 10 of 11');
	screen.type('nn');
	await screen.shows('match 1 of 11');
	screen.type(keys.escape);
	await screen.shows(/\d+–\d+ of 6\d/);
	screen.type('f');
	await screen.shows('following');
	screen.type('/q');
	await screen.shows('/q▌');
	screen.type(keys.escape);
	await screen.shows('/ search');
	screen.type(keys.escape);
	await screen.shows('ctrl-c stop safely');
});

test('running: a lease counts down and c clears it', async () => {
	const screen = open(galleryStates['running, lease held']);
	await screen.shows('lease for 1:06');
	screen.session.setNow(190_000);
	await screen.shows('for 10 s');
	screen.type('c');
	await expect.poll(() => screen.session.actions).toEqual([{type: 'cleared-lease'}]);
});

test('running: gathers many lines into few frames', async () => {
	const screen = open(galleryStates.running);
	await screen.shows('Deploy');
	for (let line = 0; line < 500; line++) {
		screen.show({
			kind: 'running',
			run: {...run, tail: [`line ${line}`]},
			isStopping: false,
			lease: undefined,
		});
	}

	await screen.shows('line 499');
	expect(screen.text()).not.toContain('line 498');
});

test('looking: shows for how long a slow read has been waiting, and esc stops it', async () => {
	const screen = open(galleryStates.looking);
	await screen.shows(/regions +looking, 1 min 54 s$/m);
	// The fake clock is only a second past the start of this one.
	expect(screen.text()).toMatch(/account +looking$/m);
	screen.type(keys.escape);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'went-back'}]);
});

test('failed: offers a login first if one helps, and says nothing of what exists if that is unknown', async () => {
	const screen = open(galleryStates['failed, not logged in']);
	await screen.shows(/› Log in +Try again +Log +Quit/);
	expect(screen.text()).not.toContain('what exists');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'chose-login'}]);
});

test('failed: tries again, opens the rejected answer', async () => {
	const screen = open(galleryStates.failed);
	await screen.shows('› Try again');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'retried'}]);
	close();

	const refused = open(galleryStates['failed, answer refused']);
	await refused.shows('› Change the answer');
	refused.type(keys.enter);
	await expect.poll(() => refused.session.actions).toEqual([{type: 'changed-answer', id: 'app'}]);
});

test('failed: a build says why, what to do, and what it printed', async () => {
	const screen = open(galleryStates['failed, build']);
	await screen.shows('› Try again');
	expect(screen.text()).toMatchInlineSnapshot(`
		" blog-1                                         rehearsal: nothing real happens

		 ✕ Deploy failed

		   what happened   The app has no mix task assets.deploy. The build failed in
		                   [builder 14/17] RUN mix assets.deploy (Dockerfile:57): exit
		                   code 1
		   what exists     the app blog-1, the volume wisp_data (1 GB)
		   what to do      Add the alias "assets.deploy" to mix.exs, or, if the app has
		                   no assets, remove Dockerfile:57. mix help lists its tasks.
		                   Then run phxfly again.
		   code            build-task-missing

		   ** (Mix) The task "assets.deploy" could not be found
		   Note no mix.exs was found

		   › Try again      Log      Quit

		 ←→ move   enter choose   l log   ctrl-c quit (resume later)"
	`);
	close();

	const small = open(galleryStates['failed, build'], {columns: 40, rows: 10});
	await small.shows('The app has no mix task');
	for (let at = 0; at < 30; at++) small.type(keys.down);
	await small.shows('** (Mix) The task "assets.deploy"');
});

test('watching: what to do and what changed, Enter checks now, Ctrl-C and q stop', async () => {
	const slow = {timeout: 10_000};
	const screen = open(galleryStates['watching, much to say']);
	await screen.shows('Checking…');
	expect(screen.text()).toMatchInlineSnapshot(`
		" blog-1 · rehearsal: nothing real happens                            2 min 14 s

		   ● 6 done
		   ● Addresses           verified: as it should be
		   ● Site                verified: as it should be
		   ● Live view           verified: as it should be
		   ◌ DNS                 not yet: blog.example.com points to 192.0.2.1, which…
		   ◌ Certificate         not yet: waiting for the DNS records of blog.example.…

		   Checking…

		   Meanwhile, add these DNS records in example.com (TTL 300 or automatic):
		     blog  A     66.241.124.3
		     blog  AAAA  2a09:8280:1::3ea:0

		   DNS: blog.example.com points to 192.0.2.1, which is not this app
		   What to do: at the DNS provider of example.com (ns1.example.net), delete A
		   192.0.2.1, and add the records shown

		   44 s ago: DNS: blog.example.com has no AAAA record yet
		   3 s ago: DNS: blog.example.com points to 192.0.2.1 blog.example.com points…

		 enter check now   d details   r records   ctrl-c stop (run again to wait)"
	`);
	const watching = galleryStates.watching?.screen;
	if (watching) screen.show(watching);
	await screen.shows('Next check in 12 s.');
	screen.type(keys.enter);
	await expect.poll(() => screen.session.actions, slow).toEqual([{type: 'looked-now'}]);
	screen.type('d');
	await screen.shows('Waiting for');
	expect(screen.text()).toContain('Certificate: waiting for the DNS records of blog.example.com');
	screen.type(keys.enter);
	await screen.shows('Next check in 12 s.');
	screen.type('q');
	screen.type(keys.ctrlC);
	await expect.poll(() => screen.session.actions.slice(1), slow).toEqual([{type: 'quit'}, {type: 'quit'}]);
});

test('watching: no countdown for screen readers', async () => {
	const screen = open(galleryStates.watching, {isScreenReader: true});
	await screen.shows('Waiting for the next check.');
	expect(screen.text()).not.toContain('Next check in');
});

test('Ctrl-C quits a question', async () => {
	const screen = open({
		...(galleryStates.region as SessionState),
		screen: {kind: 'question', answerList: ledgerAt('region'), question: regionQuestion},
	});
	screen.type(keys.ctrlC);
	await expect.poll(() => screen.session.actions).toEqual([{type: 'quit'}]);
});

test('done: everything fits 80 × 24, with the checks counted, and headline and address right above the prompt', () => {
	for (const {name, text} of drawGallery(
		{columns: 80, rows: 24},
		{isAscii: false, hasColor: false, isScreenReader: false},
	)) {
		if (!/^(?:rehearsal )?done|^not proved/.test(name)) continue;
		const lines = text.split('\n');
		expect(lines.length, text).toBeLessThan(24);
		expect(text).toMatch(/\d+ checks passed/);
		expect(lines.slice(-2).join('\n'), name).toMatch(
			name.startsWith('rehearsal')
				? /Rehearsal finished\. Nothing real was made\. .*\n.*For real, .*phxfly$/
				: /blog-1 is running.*\n +https:\/\/blog-1\.fly\.dev$/,
		);
	}
});

test('done: open checks have the names of the running screen, and say what to do', () => {
	const [picture] = drawGallery(
		{columns: 80, rows: 24},
		{isAscii: false, hasColor: false, isScreenReader: false},
	).filter(({name}) => name.startsWith('not proved'));
	expect(picture?.text).toMatch(/◌ Volume room +85 % full\n +fly volumes extend/);
	expect(picture?.text).toMatch(/✕ DNS +blog\.example\.com points/);
});

test('a screen reader gets whole texts, no columns, and no arrows', async () => {
	const review = open(galleryStates.review, {isScreenReader: true, columns: 40, rows: 10});
	await review.shows('› Start');
	const text = review.text().replaceAll(/\s+/g, ' ');
	expect(text).toContain('LITESTREAM_ACCESS_KEY_ID in the environment is ignored');
	expect(text).not.toMatch(/[…↓↑←→]/);
});
