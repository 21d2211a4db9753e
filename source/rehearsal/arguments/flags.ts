import type {FlagSpec} from './command-spec.ts';
import {isTrueWord} from './flag-value.ts';

/** The flags of one call: what was given, else each flag's default. */
export class Flags {
	readonly #known: readonly FlagSpec[];
	readonly #values: ReadonlyMap<string, readonly string[]>;

	constructor(known: readonly FlagSpec[], values: ReadonlyMap<string, readonly string[]>) {
		this.#known = known;
		this.#values = values;
	}

	/** True if the caller gave the flag, even with its default. */
	has(name: string): boolean {
		return this.#values.has(name);
	}

	/** True if the command has such a flag. */
	knows(name: string): boolean {
		return this.#known.some(flag => flag.name === name);
	}

	string(name: string): string {
		return this.#values.get(name)?.at(-1) ?? this.#known.find(flag => flag.name === name)?.fallback ?? '';
	}

	list(name: string): readonly string[] {
		return this.#values.get(name) ?? [];
	}

	bool(name: string): boolean {
		return isTrueWord(this.string(name));
	}

	int(name: string): number {
		const text = this.string(name).replaceAll('_', '');
		return /^[+-]?0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
	}
}
