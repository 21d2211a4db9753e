import type {Certainty, DatabaseSetting, NumberSetting, Repo} from './facts.ts';
import {resolve} from './names.ts';
import {findSetting, type Setting} from './settings.ts';
import {type ElixirSource, findModuleAround, isMixTask} from './source.ts';
import type {Boot} from './supervision.ts';
import {isUse, nameOf, readCall} from './syntax/calls.ts';
import {isOf, placeOf, shorten, textOf} from './syntax/tree.ts';
import {readNumber, readText} from './values.ts';

/** Reads each repo of the project: a module that uses `Ecto.Repo`, or that of Ash. */
export function readRepos(source: ElixirSource, settings: readonly Setting[], boot: Boot): readonly Repo[] {
	return source.findCalls(isUse).flatMap(call => {
		if (isMixTask(call.file.path)) return [];
		const {args, keywords} = readCall(call);
		const used = nameOf(args[0]);
		if (!/^(?:Ecto|AshSqlite|AshPostgres|AshMysql)\.Repo$/.test(used)) return [];
		const module = findModuleAround(call);
		const written = keywords.get('adapter') ?? findSetting(settings, module, 'adapter')?.value;
		const adapter = used.startsWith('Ash') ? used : written ? shorten(resolve(written, source)) : '';
		return [
			{
				...placeOf(call),
				module,
				family: findFamily(adapter),
				adapter,
				isStarted: judgeStart(module, boot),
				database: readDatabase(module, settings, source),
				poolSize: readPool(module, settings, source),
			},
		];
	});
}

function findFamily(adapter: string): Repo['family'] {
	if (/SQLite3|AshSqlite|Exqlite|LibSQL|Turso/i.test(adapter)) return 'sqlite';
	if (/Postgres/i.test(adapter)) return 'postgres';
	if (/MyXQL|AshMysql/i.test(adapter)) return 'mysql';
	return /Etso|InMemory|Ets\b/i.test(adapter) ? 'memory' : 'other';
}

function judgeStart(module: string, {isKnown, children}: Boot): Certainty {
	const found = children.filter(child => child.module === module).map(({holds}) => holds);
	if (found.includes('yes')) return 'yes';
	return found.includes('maybe') || !isKnown ? 'maybe' : 'no';
}

/** Finds the key that Ecto uses: `url:` overrides what the other keys say. */
function readDatabase(
	module: string,
	settings: readonly Setting[],
	source: ElixirSource,
): DatabaseSetting | undefined {
	for (const key of ['url', 'database'] as const) {
		const setting = findSetting(settings, module, key);
		if (!setting || isOf(resolve(setting.value, source), 'Nil')) continue;
		const {value} = setting;
		return {...placeOf(value), key, parts: readText(value, source), text: textOf(value)};
	}
	return undefined;
}

function readPool(
	module: string,
	settings: readonly Setting[],
	source: ElixirSource,
): NumberSetting | undefined {
	const setting = findSetting(settings, module, 'pool_size');
	return setting && readNumber(setting.value, source);
}
