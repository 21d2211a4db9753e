import type {PhxflyEvent} from '../core/session/events.ts';

/** The event with every text in it cleaned: what comes from Fly, from DNS or from a file name is not ours. */
export function cleanEvent(event: PhxflyEvent, clean: (text: string) => string): PhxflyEvent {
	return cleanValue(event, clean) as PhxflyEvent;
}

function cleanValue(value: unknown, clean: (text: string) => string): unknown {
	if (typeof value === 'string') return clean(value);
	if (Array.isArray(value)) return value.map(item => cleanValue(item, clean));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cleanValue(item, clean)]));
}
