import type {Unreachable} from '../core/readers.ts';

const reasons: Readonly<Record<string, Unreachable['why']>> = {
	ENOTFOUND: 'no-name',
	ENODATA: 'no-name',
	EAI_AGAIN: 'no-name',
	ECONNREFUSED: 'refused',
	ETIMEDOUT: 'time-out',
	ETIMEOUT: 'time-out',
};

/** Names why nobody answered. `isTlsOpening` tells that the connection stood and its encryption did not yet. */
export function explainNetworkError(error: unknown, isTlsOpening = false): Unreachable {
	const code = readCode(error);
	const why = reasons[code] ?? (isTlsOpening ? 'tls' : 'other');
	return {is: 'unreachable', why, code, message: readMessage(error) || code};
}

/** Of several failures, one of a known kind says more than "network unreachable" on a computer without IPv6. */
function readCode(error: unknown): string {
	if (error instanceof AggregateError) {
		const codes = error.errors.map(readCode);
		return codes.find(code => code in reasons) ?? codes[0] ?? error.name;
	}
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
	return error instanceof Error ? error.name : 'UNKNOWN';
}

/** Node tries every address of a name and gathers the failures in an error without a message. */
function readMessage(error: unknown): string {
	if (error instanceof AggregateError) return error.errors.map(readMessage).join('; ');
	return error instanceof Error ? error.message : String(error);
}
