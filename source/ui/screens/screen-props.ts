import type {Screen, Session, SessionState} from '../../core/session/session.ts';

/** What every screen gets: its own state, and where to report what the person did. */
export type ScreenProps<Kind extends Screen['kind']> = {
	readonly state: SessionState;
	readonly screen: Extract<Screen, {kind: Kind}>;
	readonly session: Session;
};
