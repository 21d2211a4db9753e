import * as v from 'valibot';
import type {HttpAnswer} from '../readers.ts';

const answers = v.object({
	data: v.array(v.object({id: v.string(), name: v.string(), status: v.string()})),
});

const detail = v.object({
	records: v.array(
		v.object({
			name: v.string(),
			type: v.string(),
			value: v.string(),
			status: v.optional(v.string(), ''),
			priority: v.optional(v.nullable(v.number())),
		}),
	),
});

const refusal = v.object({name: v.optional(v.string(), ''), message: v.optional(v.string(), '')});

/** Resend's list of sender domains, which any full key may read. */
export const resendDomains = 'https://api.resend.com/domains';

/**
Judges a key by Resend's answer to a read of its domains. A key that may only send is a good one.

@see {@link https://resend.com/docs/api-reference/errors | Errors}
*/
export function judgeMailKey(answer: HttpAnswer): 'good' | 'only-sends' | 'refused' | 'unclear' {
	if (answer.is !== 'answered') return 'unclear';
	if (answer.status === 200) return 'good';
	const said = read(refusal, answer.body);
	if (said?.name === 'restricted_api_key') return 'only-sends';
	const isRefused = said?.name === 'invalid_api_key' || /^API key is invalid/i.test(said?.message ?? '');
	return isRefused && [400, 401, 403].includes(answer.status) ? 'refused' : 'unclear';
}

export type SenderDomain = v.InferOutput<typeof answers>['data'][number];

/** @returns `undefined` for a body with another shape. */
export function readSenderDomains(body: string): readonly SenderDomain[] | undefined {
	return read(answers, body)?.data;
}

/** Returns the records that Resend still waits for. */
export function readSenderRecords(
	body: string,
	domain: string,
): readonly {readonly recordType: string; readonly name: string; readonly value: string}[] {
	const records = read(detail, body)?.records ?? [];
	return records
		.filter(({status}) => status !== 'verified')
		.map(({name, type, value, priority}) => ({
			recordType: type,
			name: completeName(name, domain),
			value: typeof priority === 'number' ? `${priority} ${value}` : value,
		}));
}

/** Completes a name, since Resend shortens it to the part below the registered domain: `send.blog` for `send.blog.example.com`. */
function completeName(name: string, domain: string): string {
	if (name.endsWith(domain)) return name;
	const labels = domain.split('.');
	for (let at = 0; at < labels.length - 1; at++) {
		const left = labels.slice(0, at).join('.');
		if (left !== '' && name.endsWith(`.${left}`)) return [name, ...labels.slice(at)].join('.');
	}

	return `${name}.${domain}`;
}

function read<T extends v.GenericSchema>(schema: T, body: string): v.InferOutput<T> | undefined {
	try {
		const parsed = v.safeParse(schema, JSON.parse(body));
		return parsed.success ? parsed.output : undefined;
	} catch {
		return undefined;
	}
}
