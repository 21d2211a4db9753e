import * as v from 'valibot';

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
