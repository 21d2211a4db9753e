import type {Scene} from '../scene.ts';
import type {Program, Said} from './program.ts';
import {type Told, toExit} from './run-row.ts';

/** Replaces what differs from run to run. */
export function normalise(said: Said, scene: Scene, {port}: Program): Told {
	const write = (text: string) =>
		text
			.replaceAll(scene.app.databasePath, '/data/wisp_prod.db')
			.replaceAll(scene.app.folder, '')
			.replaceAll(`127.0.0.1:${port}`, 'STORAGE')
			.replaceAll(/\b\d\d:\d\d:\d\d\b/g, 'HH:MM:SS')
			.replaceAll(/\b\d{4}[-/]\d\d[-/]\d\d[T ]HH:MM:SS(?:\.\d+)?Z?/g, 'TIME')
			.replaceAll(/\btime=\S+/g, 'time=TIME')
			.replaceAll(/\bblog-\d{8}-\d{4}\b/g, 'blog-DATE')
			.replaceAll(/\bvol_[0-9a-f]+\b/g, 'VOLUME')
			.replaceAll(/\b[0-9a-f]{14,16}(?:-[0-9a-f]{16})?\b/g, 'ID')
			.replaceAll(/(?<![\d,.])\d+(?:\.\d+)? (pages?|KB|MB|GB|s|rows)\b/g, 'N $1')
			.replaceAll(/(posts|schema_migrations) \d+/g, '$1 N')
			.replaceAll(/\s+/g, ' ');
	return {exit: toExit(said), status: said.status, detail: write(said.detail), hint: write(said.hint)};
}
