/** A value that is sent only on standard input: it prints, serializes, and inspects as its name. */
export class Secret {
	readonly name: string;
	readonly #value: string;

	constructor(name: string, value: string) {
		this.name = name;
		this.#value = value;
	}

	/** Returns the clear text, for standard input, a signature, a fingerprint, or a header. Never for a message, an argument, or a file. */
	reveal(): string {
		return this.#value;
	}

	/** Returns the same value under another name. */
	as(name: string): Secret {
		return new Secret(name, this.#value);
	}

	equals(text: string): boolean {
		return this.#value === text;
	}

	matches(shape: RegExp): boolean {
		return shape.test(this.#value);
	}

	isLongerThan(other: Secret): boolean {
		return this.#value.length > other.#value.length;
	}

	/** Returns the text with every occurrence of the value replaced by the name. */
	hideIn(text: string): string {
		return this.#value === '' ? text : text.replaceAll(this.#value, () => this.toString());
	}

	/** The last four characters, to recognize a key on the review screen; short values show nothing. */
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

/** A secret the app needs, by name. Its value is public, generated, or in the store; without one the app keeps its current value. */
export type DesiredSecret = {
	readonly name: string;
	/** The question whose answer is the value. */
	readonly from?: string;
	/** Not confidential, so plan, review and script may show it. */
	readonly value?: string;
	/** phxfly generates it when Fly lists none, and never changes it once it is listed. */
	readonly isGenerated?: true;
	/** `secrets import` would change the value, so it is set with a separate call. */
	readonly needsOwnCall?: true;
};

/** The only place that holds values: by question id, or by name for generated and captured ones. */
export type SecretStore = {
	get(key: string): Secret | undefined;
	/** Returns the value, if there is one, under the name the app uses for it. */
	find(wanted: DesiredSecret): Secret | undefined;
	/**
	Returns the value; generates it where the secret says so.

	@throws {Error} Without a value: a bug.
	*/
	require(wanted: DesiredSecret): Secret;
	/** Stores a value, and redacts it from then on in every text. */
	add(key: string, secret: Secret): void;
	forget(key: string): void;
	/** Stores what a call printed under that name. */
	capture(name: string, value: string): void;
};

const maxImportBytes = 60_000;

/**
Returns whether `flyctl secrets import` stores the value exactly as it is, written as `NAME="value"`.

Its parser knows no escapes: a double quote or a line break inside changes the value or what follows it, and a line
of 64 KiB (65,536 bytes) ends the input without an error.

@see {@link https://github.com/superfly/flyctl/blob/master/internal/command/secrets/parser.go}
*/
export function canImport(secret: Secret): boolean {
	const value = secret.reveal();
	return isText(value) && !/["\n]/.test(value) && countBytes(value) < maxImportBytes;
}

// A surrogate without its partner has no UTF-8 form, so it would arrive as U+FFFD.
const loneSurrogate = /\p{Surrogate}/u;

const isText = (value: string): boolean => !value.includes('\0') && !loneSurrogate.test(value);

const countBytes = (text: string): number => new TextEncoder().encode(text).length;

const environmentName = /^[A-Za-z_][A-Za-z\d_]*$/;

const maxStdinBytes = 65_536;

/** @returns Why neither way sends the value exactly; the sentence does not contain the value. */
export function rejectUnsendable(secret: Secret): string | undefined {
	const value = secret.reveal();
	if (!environmentName.test(secret.name)) {
		return 'The name of a secret has only letters, digits, and underscores, and does not start with a digit.';
	}

	if (canImport(secret) || canSetFromStdin(secret)) return undefined;
	if (value.includes('\0'))
		return `${secret.name} contains a NUL character, which an environment variable cannot.`;
	if (loneSurrogate.test(value)) return `${secret.name} contains half a character. Type or copy it again.`;
	if (countBytes(value) > maxStdinBytes)
		return `${secret.name} is longer than 64 KiB, the most that flyctl reads.`;
	return `${secret.name} starts or ends with whitespace, which flyctl strips. Remove it.`;
}

const outerWhitespace = /^\p{White_Space}|\p{White_Space}$/u;

/**
Returns whether `flyctl secrets set NAME=-` stores the value exactly as it is: it reads at most 64 KiB (65,536 bytes) from
standard input and strips whitespace at both ends.
*/
function canSetFromStdin(secret: Secret): boolean {
	const value = secret.reveal();
	return isText(value) && !outerWhitespace.test(value) && countBytes(value) <= maxStdinBytes;
}

/**
Encodes secrets as `flyctl secrets import` reads them: one `NAME="value"` line each, UTF-8.

@returns The values in clear: for standard input only.
@throws {Error} For a secret that `canImport` rejects: a bug, since the plan sends that one another way.
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
