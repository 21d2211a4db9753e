import {generateKeyPairSync, sign} from 'node:crypto';

/** Writes one DER element. */
function write(tag: number, ...contents: readonly Buffer[]): Buffer {
	const content = Buffer.concat(contents);
	const size = content.byteLength;
	const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
	return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents: readonly Buffer[]) => write(0x30, ...contents);

/** Returns a key and its self-signed certificate. */
export function makeCertificate(): {readonly key: string; readonly cert: string} {
	const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	const sha256WithRsa = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'));
	const commonName = sequence(Buffer.from('0603550403', 'hex'), write(0x0c, Buffer.from('localhost')));
	const name = sequence(write(0x31, commonName));
	const validity = sequence(
		write(0x17, Buffer.from('200101000000Z')),
		write(0x17, Buffer.from('491231235959Z')),
	);
	const info = publicKey.export({type: 'spki', format: 'der'});
	const body = sequence(write(0x02, Buffer.from([1])), sha256WithRsa, name, validity, name, info);
	const signature = write(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
	const lines =
		sequence(body, sha256WithRsa, signature)
			.toString('base64')
			.match(/.{1,64}/g) ?? [];
	return {
		key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
		cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
	};
}
