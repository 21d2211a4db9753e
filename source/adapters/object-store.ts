import type {HttpRequest, Net, ObjectStore, StoreTarget} from '../core/readers.ts';
import {buildListUrl, buildObjectUrl, toFolder} from './object-url.ts';
import {signRequest} from './sign-request.ts';
import {toListing, toStoreAnswer} from './store-answer.ts';

/**
Opens S3-compatible storage over our own HTTP: the signing library only signs. Nothing is retried; what a refusal
means is for the caller to say.

@param now - This computer's clock, milliseconds since 1970: it dates the signatures, and the server's is compared with it.
*/
export function openObjectStore(http: Pick<Net, 'request'>, now: () => number): ObjectStore {
	const send = async (target: StoreTarget, method: HttpRequest['method'], url: string, body?: string) =>
		http.request(await signRequest(target, {method, url, ...(body === undefined ? {} : {body})}, now()));

	const sendObject = async (target: StoreTarget, method: HttpRequest['method'], key: string, body?: string) =>
		toStoreAnswer(await send(target, method, buildObjectUrl(target, key), body), now());

	return {
		list: async target =>
			toListing(await send(target, 'GET', buildListUrl(target)), now(), toFolder(target.prefix)),
		put: (target, key, body) => sendObject(target, 'PUT', key, body),
		get: (target, key) => sendObject(target, 'GET', key),
		delete: (target, key) => sendObject(target, 'DELETE', key),
	};
}
