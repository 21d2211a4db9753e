import {createHash} from 'node:crypto';
import {gunzipSync} from 'node:zlib';
import {fail, type Remote, type RemoteResult, succeed} from './result.ts';

/** A SQLite database with the tables of the sample, packed by gzip: three posts that say they are of a rehearsal, and one migration. */
const packed = Buffer.from(
	[
		'H4sIAAAAAAACA+2RsUoDQRCGZ3clqZJKvHbAJgdqzgQsrHLKEoJn1MuJpgprsjEHudyxuwoWFgGfwVfwXQQbnyD4BD6BuLlGJYJ1JB8zs//Mwkzx',
		'd86C2EgcpioRButAgVJoIAJAwSaDL+Z67VtP4G8KsNMnJSsoqQB5smVJuadFp1olU9eIq7HU/ZFMRC+Jr5UwcTrRCwN2GHI/4hj5BwHHhW+s3EqlrcJW',
		'O+JNHuJp2Dr2wy4e8e4WxhMtlZGDnvUk4peRe0GKjuOQaSk/n6Xa6LzQH2fyEVbiwe9bTWzGMt+H7ROb50Hgzr1h5BnIO5nZZ8XSss4YVNupwaFKE7xL',
		'bxSKLCtTBpsdkWTW+YEwokxs76OSIymUFuO5/4S8gY0V/5KNh5fX2cdjg0G95tX2tr1dG5Hn7efxCfogzOkABgAA',
	].join(''),
	'base64',
);

/** Packs a restored file, and prints a part of it: `gzip`, `sha256sum`, `dd`, and `base64`, as phxfly brings a file here. `undefined` for other scripts. */
export function printCopy({machine}: Remote, script: string): RemoteResult | undefined {
	const [, path] = /^gzip -c (\S+) > \1\.gz && stat -c %s \1\.gz && sha256sum \1$/.exec(script) ?? [];
	if (path !== undefined) {
		if (machine.files?.[path] === undefined) return fail(1, `gzip: ${path}: No such file or directory\n`);
		machine.files = {...machine.files, [`${path}.gz`]: packed.length};
		const sum = createHash('sha256').update(gunzipSync(packed)).digest('hex');
		return succeed(`${packed.length}\n${sum}  ${path}\n`, 300);
	}

	const [, file = '', size, at] =
		/^dd if=(\S+) bs=(\d+) skip=(\d+) count=1 2>\/dev\/null \| base64$/.exec(script) ?? [];
	if (size === undefined) return undefined;
	const start = Number(size) * Number(at);
	const part = machine.files?.[file] === undefined ? '' : packed.subarray(start, start + Number(size));
	return succeed(`${Buffer.from(part).toString('base64')}\n`, 200);
}
