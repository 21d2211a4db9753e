import {renderToString} from 'ink';
import type {SessionState} from '../../source/core/session/session.ts';
import {createSessionView, SessionApp} from '../../source/ui/app.tsx';
import {createTheme, type Look, ThemeContext} from '../../source/ui/look/theme.ts';
import {measureWindow, WindowContext} from '../../source/ui/look/window.tsx';
import {FinalText} from '../../source/ui/screens/final-text.tsx';
import {createFakeSession} from './fake-session.ts';
import {galleryStates} from './gallery-states.ts';

export type GallerySize = {readonly columns: number; readonly rows: number};

export const gallerySizes: readonly GallerySize[] = [
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
	{columns: 120, rows: 40},
];

export type Picture = {readonly name: string; readonly text: string; readonly isScrollback: boolean};

/** Draws every screen, and what stays in the scrollback of those that end. */
export function drawGallery(size: GallerySize, look: Look): readonly Picture[] {
	const draw = (element: React.JSX.Element) =>
		renderToString(
			<ThemeContext.Provider value={createTheme(look)}>
				<WindowContext.Provider value={measureWindow(size.columns, size.rows)}>
					{element}
				</WindowContext.Provider>
			</ThemeContext.Provider>,
			{columns: size.columns},
		);
	const drawScreen = (state: SessionState) =>
		draw(<SessionApp view={createSessionView(createFakeSession(state))} />);
	const states = Object.entries(galleryStates);
	return [
		...states
			.filter(([, {screen}]) => screen.kind !== 'done')
			.map(([name, state]) => ({name, text: drawScreen(state), isScrollback: false})),
		...states
			.filter(([, {screen}]) => screen.kind !== 'looking')
			.map(([name, state]) => ({
				name: `${name}, left behind`,
				text: draw(<FinalText state={state} nowMs={134_000} />),
				isScrollback: true,
			})),
	];
}
