import type {Command} from '../arguments/invocation.ts';
import {wantsJson} from '../output/print.ts';
import {print} from '../world/effects.ts';

/** The version flyctl notes in each machine it makes. */
export const flyVersion = '2026.11.22-rehearsal.1';

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
