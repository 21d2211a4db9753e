import {randomBytes} from 'node:crypto';
import type {Redactor} from '../core/secrets/redact.ts';
import {Secret, type SecretStore} from '../core/secrets/secret.ts';

/** Names whose captured values are not confidential. Hiding them would only garble texts. */
const publicNames = /^(BUCKET_NAME|AWS_REGION|AWS_ENDPOINT_URL_S3)$/;

/** Keeps the run's secrets in memory and hides each in texts. Generates a value when it is first required. */
export function openSecretStore(redactor: Redactor): SecretStore {
	const secrets = new Map<string, Secret>();

	const store: SecretStore = {
		get: key => secrets.get(key),
		find({name, from, value}) {
			return value === undefined ? secrets.get(from ?? name)?.as(name) : new Secret(name, value);
		},
		require(wanted) {
			const known = store.find(wanted);
			if (known) return known;
			if (!wanted.isGenerated) throw new Error(`${wanted.name} has no value.`);
			const generated = generateSecret(wanted.name);
			store.add(wanted.name, generated);
			return generated;
		},
		add(key, secret) {
			secrets.set(key, secret);
			redactor.add(secret);
		},
		forget: key => void secrets.delete(key),
		capture(name, value) {
			const secret = new Secret(name, value);
			if (publicNames.test(name)) secrets.set(name, secret);
			else store.add(name, secret);
		},
	};
	return store;
}

/** Returns a value as `mix phx.gen.secret` prints it. */
const generateSecret = (name: string) => new Secret(name, randomBytes(64).toString('base64').slice(0, 64));
