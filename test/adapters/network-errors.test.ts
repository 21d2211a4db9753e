import {expect, test} from 'vitest';
import {explainNetworkError} from '../../source/adapters/http.ts';

function fail(code: string, message = `connect ${code}`): Error {
	return Object.assign(new Error(message), {code});
}

test.each([
	{error: fail('ENOTFOUND'), why: 'no-name'},
	{error: fail('EAI_AGAIN'), why: 'no-name'},
	{error: fail('ECONNREFUSED'), why: 'refused'},
	{error: fail('ETIMEDOUT'), why: 'time-out'},
	{error: fail('EHOSTUNREACH'), why: 'other'},
])('calls $error.code $why', ({error, why}) => {
	expect(explainNetworkError(error)).toEqual({
		is: 'unreachable',
		why,
		code: error.message.slice(8),
		message: error.message,
	});
});

test.each([
	{error: fail('DEPTH_ZERO_SELF_SIGNED_CERT'), why: 'tls'},
	{error: fail('ECONNRESET'), why: 'tls'},
	{error: fail('ETIMEDOUT'), why: 'time-out'},
])('calls $error.code while TLS opens $why', ({error, why}) => {
	expect(explainNetworkError(error, true)).toMatchObject({why});
});

test('makes one sentence of what failed at each address', () => {
	const error = new AggregateError([fail('ENETUNREACH', 'no IPv6'), fail('ECONNREFUSED', 'no server')]);
	const expected = {why: 'refused', code: 'ECONNREFUSED', message: 'no IPv6; no server'};
	expect(explainNetworkError(error)).toMatchObject(expected);
});

test.each(['a text', undefined, new Error('')])('has a code and a message for %j too', error => {
	const {code, message} = explainNetworkError(error);
	expect([code, message]).not.toContain('');
});
