import type {Answer} from './answer.ts';

export type S3Refusal = {readonly refusal: Answer};

export type Told = {
	/** The bucket's real region, as the error and a header tell it. */
	readonly region?: string;
	readonly date?: string;
};

export function refuseS3(
	status: number,
	code: string,
	message: string,
	{region, date}: Told = {},
): S3Refusal {
	const place = region ? `<Region>${region}</Region>` : '';
	const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${place}<RequestId>rehearsal</RequestId></Error>`;
	const headers = {...(region ? {'x-amz-bucket-region': region} : {}), ...(date ? {date} : {})};
	return {refusal: answerXml(status, error, headers)};
}

export function answerXml(
	status: number,
	content: string,
	headers: Readonly<Record<string, string>> = {},
): Answer {
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n${content}`;
	return {status, headers: {'content-type': 'application/xml', ...headers}, body};
}

export function escapeXml(text: string): string {
	return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}
