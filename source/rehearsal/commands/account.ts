import type {Command} from '../arguments/invocation.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {FlyError, log, logIn, look, print, wait} from '../world/effects.ts';
import {flyVersion, regions} from '../world/facts.ts';
import {findApp} from '../world/find.ts';
import {makeHexId} from '../world/make.ts';

/** As JSON, this is an object from slug to name, not a list. */
export const orgsList: Command = function* (context) {
	const orgs = yield* look(world => [...world.orgs].sort((a, b) => a.slug.localeCompare(b.slug)));
	if (wantsJson(context))
		yield* printJson(context, Object.fromEntries(orgs.map(({slug, name}) => [slug, name])));
	else {
		const rows = orgs.map(({name, slug, type}) => [name, slug, type]);
		yield* print(formatTable(['NAME', 'SLUG', 'TYPE'], rows));
	}
	return 0;
};

/** Prints a new token once. Every call creates another. */
export const tokensCreateDeploy: Command = function* (context) {
	yield* look(world => findApp(world, context.app));
	yield* wait(600);
	const token = `FlyV1 fm2_${makeHexId(64)}`;
	yield* log(`createLimitedAccessToken {"token":"${token}"}`);
	if (wantsJson(context)) yield* printJson(context, {token});
	else yield* print(token);
	return 0;
};

const facts = {
	Name: 'fly',
	Version: flyVersion,
	Commit: '0000000000000000000000000000000000000000',
	BranchName: 'rehearsal',
	BuildDate: '2026-11-22T00:00:00Z',
	OS: 'linux',
	Architecture: 'amd64',
	Environment: 'production',
};

/** One line, also as JSON. */
export const version: Command = function* (context) {
	const {Name, Version, OS, Architecture, Commit, BuildDate} = facts;
	yield* print(
		wantsJson(context)
			? JSON.stringify(facts)
			: `${Name} v${Version} ${OS}/${Architecture} Commit: ${Commit} BuildDate: ${BuildDate}`,
	);
	return 0;
};

export const whoami: Command = function* (context) {
	const email = yield* look(({account}) => account.email);
	if (wantsJson(context)) yield* printJson(context, {email});
	else yield* print(email);
	return 0;
};

/** How long a person takes to approve the login in the browser, in simulated milliseconds. */
const approvalMs = 5000;

/** Opens no browser: the login is approved by itself, as if a person had clicked there. */
export const login: Command = function* (context) {
	if (!context.isInteractive) {
		throw new FlyError(
			'fly auth login requires an interactive terminal. In headless environments, set FLY_API_TOKEN to a token created with `fly tokens create`',
		);
	}

	yield* print('Opening https://fly.io/app/auth/cli/rehearsal ...\n');
	yield {kind: 'print', stream: 'stdout', text: 'paste code here if prompted > '};
	yield* wait(approvalMs);
	// The code came from the browser, so flyctl erases its prompt.
	yield {kind: 'print', stream: 'stdout', text: '\r\u001b[K'};
	yield* logIn();
	const email = yield* look(({account}) => account.email);
	yield* print(`successfully logged in as ${email}`);
	return 0;
};

export const platformRegions: Command = function* (context) {
	if (wantsJson(context)) yield* printJson(context, regions);
	else
		yield* print(
			formatTable(
				['CODE', 'NAME', 'GATEWAY'],
				regions.map(({code, name}) => [code, name, '✓']),
			),
		);
	return 0;
};
