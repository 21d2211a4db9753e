/**
Regions that Fly closed, and the one that took over.

@see {@link https://github.com/superfly/flyctl/blob/master/internal/command/launch/plan_builder.go}
*/
export const closedRegions: ReadonlyMap<string, string> = new Map([
	['atl', 'dfw'],
	['bog', 'gru'],
	['bos', 'ewr'],
	['den', 'dfw'],
	['eze', 'gru'],
	['gdl', 'dfw'],
	['gig', 'gru'],
	['hkg', 'sin'],
	['mad', 'cdg'],
	['mia', 'dfw'],
	['otp', 'fra'],
	['phx', 'lax'],
	['qro', 'dfw'],
	['scl', 'gru'],
	['sea', 'sjc'],
	['waw', 'ams'],
	['yul', 'yyz'],
]);
