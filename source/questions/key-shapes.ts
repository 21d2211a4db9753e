import type {Provider} from '../core/definitions.ts';

type KeyShapes = {
	readonly accessKeyId: RegExp;
	readonly secretAccessKey: RegExp;
	/** What is usual there, for a key that looks different; nothing is refused for its shape. */
	readonly usual: string;
};

const shapes: Readonly<Record<string, KeyShapes>> = {
	s3: {
		accessKeyId: /^A(?:KIA|SIA)[A-Z\d]{16}$/,
		secretAccessKey: /^[A-Za-z\d/+=]{40}$/,
		usual: 'At AWS an access key id is AKIA and 16 characters, its secret has 40.',
	},
	r2: {
		accessKeyId: /^[\da-f]{32}$/i,
		secretAccessKey: /^[\da-f]{64}$/i,
		usual: 'At R2 an access key id has 32 characters, its secret 64, all 0 to 9 and a to f.',
	},
};

/** @returns `undefined` where keys may look like anything. */
export const findKeyShapes = (provider: Provider | undefined): KeyShapes | undefined =>
	shapes[provider?.id ?? ''];
