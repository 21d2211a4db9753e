import type {Answer} from '../core/answer.ts';

export const proposeFromFlyToml = (value: string): Answer => ({
	value,
	origin: {kind: 'project', text: 'fly.toml'},
});

/** @param because - What review shows beside it. */
export const proposeDefault = (value: string, because = 'default'): Answer => ({
	value,
	origin: {kind: 'default', text: because},
});
