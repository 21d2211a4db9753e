import type {Screen, SessionState} from '../../source/core/session/session.ts';
import {renderSession} from '../../source/ui/render.tsx';
import {createFakeSession} from './fake-session.ts';
import {galleryStates, ledgerAt, report, run, textQuestion} from './gallery-states.ts';

/**
 * A program for tests in a terminal: two text fields, a secret, then the closing screen, which shows what was typed.
 * `session-harness.ts NAME` shows one screen of the gallery instead.
 */
const name = process.argv[2];
const typed: string[] = [];
const fields = ['app', 'org', 'mail'] as const;

const state = (screen: Screen): SessionState => ({
	app: 'blog-1',
	profile: 'wisp',
	folder: '~/blog',
	isRehearsal: false,
	screen,
});

function next(): SessionState {
	const label = fields[typed.length];
	if (label === undefined) {
		const notes = typed.map((value, index) => ({label: `typed ${index}`, value: JSON.stringify(value)}));
		return state({kind: 'done', report: {...report, notes}, run});
	}

	const kind = label === 'mail' ? 'secret' : 'text';
	const question = {...textQuestion, id: label, label, kind, canGoBack: typed.length > 0} as const;
	return state({kind: 'question', answerList: ledgerAt(label), question});
}

const session = createFakeSession((name && galleryStates[name]) || next(), action => {
	if (action.type === 'answered') typed.push(action.typed);
	if (action.type === 'went-back') typed.pop();
	if (action.type === 'answered' || action.type === 'went-back') session.set(next());
	if (action.type === 'interrupted') void rendered.unmount();
});
const rendered = renderSession(session, process, {isAscii: false, hasColor: true, isScreenReader: false});
if (name === 'suspend') {
	await rendered.suspend();
	process.stdout.write(`another program has the terminal, raw mode ${process.stdin.isRaw ? 'on' : 'off'}\n`);
	rendered.resume();
}

await rendered.waitUntilExit();
process.stdout.write(`raw mode ${process.stdin.isRaw ? 'on' : 'off'}, the end\n`);
