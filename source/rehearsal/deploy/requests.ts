import type {ElixirFacts, Route} from '../../core/elixir/facts.ts';

/**
Judges an anonymous GET over plain HTTP by the app's code.

@param path - As a health check asks for it.
@param isNamed - Whether any code names a path that no route has: a plug may answer it.
@returns What it gets in place of 200, such as `302 Found`; undefined where it gets 200, or where only running the code would tell.
*/
export function findRefusal(
	path: string,
	facts: Pick<ElixirFacts, 'routes' | 'health' | 'unread'>,
	isNamed: (path: string) => boolean,
): string | undefined {
	const refusal = judgeRoutes(path, facts, isNamed);
	// What a route answers reads its module, so only now it shows whether every file could be read.
	return facts.unread.length > 0 ? undefined : refusal;
}

function judgeRoutes(
	path: string,
	{routes, health}: Pick<ElixirFacts, 'routes' | 'health'>,
	isNamed: (path: string) => boolean,
): string | undefined {
	const [plain = '/'] = path.split(/[?#]/);
	if (routes.length === 0 || plain === health.path) return undefined;
	// Files, which the endpoint serves before the router is asked.
	if (/\.\w+$/.test(plain)) return undefined;
	const matching = routes.filter(route => route.holds !== 'no' && isMatch(route, plain));
	const first = matching.find(({host}) => host === undefined);
	if (!first) return matching.length > 0 || isNamed(plain) ? undefined : '404 Not Found';
	if (first.holds !== 'yes' || !/^(?:get|live|match)$/.test(first.verb)) return undefined;
	if (first.answer === 'redirects' || first.stops.some(isLogin)) return '302 Found';
	return undefined;
}

/** Of the plugs and hooks that may stop a visitor, those that ask who it is. */
const isLogin = (name: string): boolean =>
	/auth|login|log_in|logged_in|signed_in|(?:require|ensure)\w*(?:user|admin|session)/i.test(name);

/** A route that a GET of the path reaches; those of another router, a plug, or a macro may have more below their path. */
function isMatch({verb, path}: Route, asked: string): boolean {
	if (/^(?:post|put|patch|delete|options)$/.test(verb)) return false;
	const [wanted, given] = [path, asked].map(text => text.split('/').filter(Boolean)) as [string[], string[]];
	const isOpen = !/^(?:get|live|match|head)$/.test(verb);
	for (const [index, part] of wanted.entries()) {
		if (part.startsWith('*')) return true;
		const own = given[index];
		if (own === undefined || (part !== own && !part.includes(':'))) return false;
	}

	return isOpen || given.length === wanted.length;
}
