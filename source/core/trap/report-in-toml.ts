import type {TrapFinding} from '../doctor/rule.ts';
import type {TomlEdit, TomlPath} from '../fly-toml/document.ts';
import type {FlyTomlFacts} from './trap-facts.ts';

/** A finding about a key or a table of fly.toml, with the line it stands on. */
export const reportInToml = (
	flyToml: FlyTomlFacts,
	path: TomlPath,
	message: string,
	fix: string,
	edits: readonly TomlEdit[] = [],
): TrapFinding => ({
	status: 'wrong',
	path: 'fly.toml',
	line: flyToml.lineOf(path),
	message,
	fix,
	...(edits.length > 0 ? {edit: {is: 'toml', edits}} : {}),
});
