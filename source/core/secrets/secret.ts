/** A secret the app needs; without a value it is made at the moment it is set, and only if it is absent. */
export type DesiredSecret = {
	readonly name: string;
	readonly secret?: Secret;
	/** Made here when Fly lists none, and never touched once it is listed. */
	readonly isGenerated?: boolean;
	/** Not confidential, so plan and review may show the value. */
	readonly isPublic?: boolean;
};

const maxImportBytes = 60_000;

const maxStdinBytes = 65_536;

const environmentName = /^[A-Za-z_][A-Za-z\d_]*$/;

const outerWhiteSpace = /^\p{White_Space}|\p{White_Space}$/u;

// A surrogate without its partner has no UTF-8 form, so it would arrive as U+FFFD.
const loneSurrogate = /\p{Surrogate}/u;

const countBytes = (text: string): number => new TextEncoder().encode(text).length;

const isText = (value: string): boolean => !value.includes('\0') && !loneSurrogate.test(value);

/**
Whether `flyctl secrets import` stores the value exactly as it is, written as `NAME="value"`.

Its parser knows no escapes: a double quote or a line break inside changes the value or what follows it, and a line
of 64 KiB (65,536 bytes) ends the input without an error.

@see {@link https://github.com/superfly/flyctl/blob/master/internal/command/secrets/parser.go}
*/
export function canImport(secret: Secret): boolean {
	const value = secret.reveal();
	return isText(value) && !/["\n]/.test(value) && countBytes(value) < maxImportBytes;
}

/**
Whether `flyctl secrets set NAME=-` stores the value exactly as it is: it reads at most 64 KiB (65,536 bytes) from
standard input and removes white space at both ends.
*/
export function canSetFromStdin(secret: Secret): boolean {
	const value = secret.reveal();
	return isText(value) && !outerWhiteSpace.test(value) && countBytes(value) <= maxStdinBytes;
}

/** @returns Why neither way carries the value exactly; the value is not in the sentence. */
export function rejectUnsendable(secret: Secret): string | undefined {
	const value = secret.reveal();
	if (!environmentName.test(secret.name)) {
		return 'A secret needs a name of letters, digits and underscores that starts with no digit.';
	}

	if (canImport(secret) || canSetFromStdin(secret)) return undefined;
	if (value.includes('\0')) return `${secret.name} holds a NUL character, which no environment variable can.`;
	if (loneSurrogate.test(value)) return `${secret.name} holds half a character; type or copy it again.`;
	if (countBytes(value) > maxStdinBytes)
		return `${secret.name} is longer than 64 KiB, the most flyctl reads.`;
	return `${secret.name} begins or ends with white space, which flyctl would cut off; remove it.`;
}

/**
Encodes secrets as what `flyctl secrets import` reads: one `NAME="value"` line each, UTF-8.

@returns The values in clear: for standard input only.
@throws {Error} For a secret that `canImport` refuses: a bug, since the plan sends that one another way.
*/
export function toImportLines(secrets: readonly Secret[]): string {
	return secrets.map(toImportLine).join('');
}

function toImportLine(secret: Secret): string {
	if (!canImport(secret) || !environmentName.test(secret.name)) {
		throw new Error(`${secret.name} cannot be sent with secrets import.`);
	}

	return `${secret.name}="${secret.reveal()}"\n`;
}

/** A value that may be sent on standard input and nowhere else: it prints, serialises and inspects as its name. */
export class Secret {
	readonly name: string;
	readonly #value: string;

	constructor(name: string, value: string) {
		this.name = name;
		this.#value = value;
	}

	/** The clear text, for standard input, a signature or a fingerprint. Never for a message, an argument or a file. */
	reveal(): string {
		return this.#value;
	}

	/** The last four characters, for recognising a key on the review screen; short values show nothing. */
	get ending(): string {
		return this.#value.length >= 12 ? this.#value.slice(-4) : '';
	}

	toString(): string {
		return `[${this.name}]`;
	}

	toJSON(): string {
		return this.toString();
	}

	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return this.toString();
	}
}
