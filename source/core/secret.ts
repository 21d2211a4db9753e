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
