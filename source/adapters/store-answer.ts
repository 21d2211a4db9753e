import type {HttpAnswer, StoreAnswer} from '../core/readers.ts';
import {readTag, readTags} from './xml.ts';

type Answered = Extract<HttpAnswer, {is: 'answered'}>;

/** @param nowMs - When the answer came, milliseconds since 1970, to tell the server's clock from ours. */
export function toStoreAnswer(answer: HttpAnswer, nowMs: number): StoreAnswer {
	if (answer.is === 'unreachable') return answer;
	const {status, body} = answer;
	return status >= 200 && status < 300 ? {is: 'ok', status, keys: [], body} : refuse(answer, nowMs);
}

/** As `toStoreAnswer`, for a listing. @param folder - Cut off from the keys. */
export function toListing(answer: HttpAnswer, nowMs: number, folder: string): StoreAnswer {
	const listed = toStoreAnswer(answer, nowMs);
	if (answer.is === 'unreachable' || listed.is !== 'ok') return listed;
	if (!/<ListBucketResult[\s>]/.test(listed.body)) return refuse(answer, nowMs);
	const keys = readTags(listed.body, 'Key').filter(key => key.startsWith(folder));
	return {...listed, keys: keys.map(key => key.slice(folder.length))};
}

function refuse({status, headers, body}: Answered, nowMs: number): StoreAnswer {
	const message = readTag(body, 'Message') ?? (status < 300 ? 'The answer is not that of an S3 service' : '');
	const region = headers['x-amz-bucket-region'] ?? readTag(body, 'Region') ?? readExpectedRegion(message);
	const code = readTag(body, 'Code') ?? '';
	return {is: 'refused', status, code, message, region, skewSeconds: readSkew(headers.date, nowMs)};
}

/** AWS: "the region 'us-east-1' is wrong; expecting 'eu-central-1'". */
function readExpectedRegion(message: string): string | undefined {
	return /expecting ['"`]?([a-z0-9-]+)/.exec(message)?.[1];
}

/** A Date header has whole seconds, so ours is cut to them too. */
function readSkew(date: string | undefined, nowMs: number): number | undefined {
	const serverMs = Date.parse(date ?? '');
	return Number.isNaN(serverMs) ? undefined : serverMs / 1000 - Math.floor(nowMs / 1000);
}
