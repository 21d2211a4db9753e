import {judgePlace} from './conditions.ts';
import type {EndpointFacts, FileWrite, Place} from './facts.ts';
import {qualify, resolve} from './names.ts';
import {findSetting, type Setting} from './settings.ts';
import {type ElixirSource, findModuleAround, isConfig, isMixTask} from './source.ts';
import {isCall, isUse, nameOf, readCall, readKeywords, readString} from './syntax/calls.ts';
import {type ElixirNode, isOf, listNodes, placeOf, shorten, textOf} from './syntax/tree.ts';
import {readNumber, readText} from './values.ts';

/** Lists the modules that use an endpoint: Phoenix's, or a proxy's in front of it. */
export const findEndpoints = (source: ElixirSource): readonly string[] => [
	...new Set(
		source
			.findCalls(isUse)
			.filter(call => !isMixTask(call.file.path))
			.filter(call => /(?:^|\.)\w*Endpoint$/.test(nameOf(readCall(call).args[0])))
			.map(findModuleAround),
	),
];

/** Reads where the app listens, under which host, and where LiveView's socket is. */
export function readEndpoint(
	modules: readonly string[],
	settings: readonly Setting[],
	source: ElixirSource,
): EndpointFacts {
	const find = (key: string, name: string) => {
		const values = settings
			.filter(setting => setting.key === key && modules.includes(setting.module))
			.flatMap(({value}) => readKeywords(resolve(value, source)).get(name) ?? []);
		return values.at(-1);
	};
	const port = find('http', 'port');
	const host = find('url', 'host');
	return {
		modules,
		port: port && readNumber(port, source),
		urlHost: host && {
			...placeOf(host),
			key: 'url',
			parts: readText(host, source),
			text: textOf(host),
		},
		liveSocketPath: findLiveSocketPath(modules, source),
	};
}

/** `socket "/live", Phoenix.LiveView.Socket` */
function findLiveSocketPath(modules: readonly string[], source: ElixirSource): string | undefined {
	for (const module of modules) {
		const scope = source.findModule(module);
		for (const node of scope ? listNodes(scope) : []) {
			if (!isCall(node) || nameOf(node) !== 'socket') continue;
			const [path, handler] = readCall(node).args;
			if (handler && qualify(handler) === 'Phoenix.LiveView.Socket') return readString(path);
		}
	}
	return undefined;
}

/** Finds the adapter of the mailer that holds in production. */
export function findMailAdapter(
	settings: readonly Setting[],
	source: ElixirSource,
): (Place & {readonly name: string}) | undefined {
	const mailers = new Set(settings.map(({module}) => module).filter(module => /Mailer$/.test(module)));
	for (const module of mailers) {
		const setting = findSetting(settings, module, 'adapter');
		if (setting) return {...placeOf(setting.value), name: shorten(resolve(setting.value, source))};
	}
	return undefined;
}

const isWriting = (name: string): boolean =>
	/^File\.(?:write!?|cp(?:_r)?!?|copy!?|rename!?|mkdir_p!?|stream!)$/.test(name);

/** Finds the places of lib/ that write files, with what can be told of where. */
export const findFileWrites = (source: ElixirSource): readonly FileWrite[] =>
	source
		.findCalls(isWriting, source.readFiles(/\bFile\.(?:write|cp|copy|rename|mkdir|stream)/))
		.flatMap(call => {
			const {path} = call.file;
			if (isConfig(path) || isMixTask(path)) return [];
			if (judgePlace(call, source) === 'no') return [];
			const {name, args} = readCall(call);
			const given = args[/cp|copy|rename/.test(name) ? 1 : 0];
			if (!given) return [];
			const target = resolve(given, source);
			return [{...placeOf(call), call: name, target: shorten(target), root: judgeRoot(target, source)}];
		});

function judgeRoot(target: ElixirNode, source: ElixirSource): FileWrite['root'] {
	const inner = listNodes(target).filter(node => isOf(node, 'Identifier', 'AtOperator'));
	const around = [target, ...inner.slice(0, 20).map(node => resolve(node, source))]
		.map(node => shorten(node, 400))
		.join(' ');
	if (/tmp_dir|"\/tmp/.test(around)) return 'temporary';
	if (/System\.|get_env|fetch_env/.test(around)) return 'configured';
	if (/priv|app_dir/.test(around)) return 'in the image';
	return /"\/\w/.test(around) ? 'absolute' : 'unknown';
}
