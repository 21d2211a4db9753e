import {expect, test} from 'vitest';
import type {Screen, SessionState} from '../../source/core/session/session.ts';
import {reportToTerminal} from '../../source/ui/terminal-status.ts';
import {createFakeSession} from '../helpers/fake-session.ts';
import {galleryStates, run} from '../helpers/gallery-states.ts';

function open(name: string, signals = {hasTitle: true, hasProgress: true}) {
	const state = galleryStates[name] as SessionState;
	const session = createFakeSession(state);
	const written: string[] = [];
	const stop = reportToTerminal(session, text => written.push(text), signals);
	return {session, stop, written, show: (screen: Screen) => session.set({...state, screen})};
}

const running = galleryStates.running?.screen as Extract<Screen, {kind: 'running'}>;

test('the title says the app and the step, the tab shows the share, and both end with the run', () => {
	const {session, stop, written} = open('running');
	expect(written).toEqual(['\u001b[22;2t', '\u001b]2;blog-1: Deploy\u0007', '\u001b]9;4;1;43\u0007']);
	session.set({...session.getState()});
	expect(written).toHaveLength(3);
	stop();
	expect(written.slice(3)).toEqual(['\u001b]9;4;0;\u0007', '\u001b[23;2t']);
});

test('rings when the run is over, has failed, or waits for you, and only then', () => {
	const rings = (from: string, to: Screen | undefined) => {
		const {written, show} = open(from, {hasTitle: true, hasProgress: false});
		if (to) show(to);
		return written.filter(text => text === '\u0007').length;
	};
	expect(rings('running', galleryStates.done?.screen)).toBe(1);
	expect(rings('running', galleryStates.failed?.screen)).toBe(1);
	expect(rings('running', galleryStates['running, lease held']?.screen)).toBe(1);
	expect(rings('running', {...running, run: {...run, linesPrinted: 464}})).toBe(0);
	expect(rings('review', galleryStates.running?.screen)).toBe(0);
	expect(rings('first question', galleryStates.failed?.screen)).toBe(0);
});

test('a terminal that may take it for text gets nothing, and a name cannot end the sequence', () => {
	expect(open('running', {hasTitle: false, hasProgress: true}).written).toEqual([]);
	expect(open('running', {hasTitle: true, hasProgress: false}).written.join('')).not.toContain(']9;4');
	const {session, written} = open('running');
	session.set({...session.getState(), app: 'a\u0007\u001b]0;x'});
	expect(written.at(-1)).toBe('\u001b]2;a: Deploy\u0007');
});
