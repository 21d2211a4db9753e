import type {SessionState} from '../../core/session/session.ts';
import type {Tone} from '../look/theme.ts';
import type {WindowSize} from '../look/window.tsx';

export type Header = {readonly left: string; readonly right: string; readonly rightTone: Tone};

const rehearsal = {long: 'rehearsal: nothing real happens', short: 'rehearsal'};

/** @param info - What this screen has to say on the right, for example the elapsed time. */
export function describeHeader(state: SessionState, {isNarrow}: WindowSize, info = ''): Header {
	const {app, profile, folder, isRehearsal, screen} = state;
	const isRunning = ['running', 'watching', 'failed'].includes(screen.kind);
	const name = isRunning && app ? app : ['phxfly', profile, folder].filter(Boolean).join(' · ');
	if (!isRehearsal) return {left: name, right: info, rightTone: 'quiet'};
	if (isNarrow) return {left: `${rehearsal.short} · ${name}`, right: info, rightTone: 'quiet'};
	if (info) return {left: `${name} · ${rehearsal.long}`, right: info, rightTone: 'quiet'};
	return {left: name, right: rehearsal.long, rightTone: 'warn'};
}
