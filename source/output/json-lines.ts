import type {PhxflyEvent} from '../core/session/events.ts';

/**
One event as a line of JSON. Names and shapes are a stable promise.

@param nowMs - Milliseconds since 1970, on the run's clock.
*/
export function writeJsonLine(event: PhxflyEvent, nowMs: number): string {
	const {type, ...rest} = event;
	const line = {v: 1, type, at: new Date(nowMs).toISOString(), ...rest};
	return `${JSON.stringify(line, (_, value: unknown) => (value === undefined ? null : value))}\n`;
}
