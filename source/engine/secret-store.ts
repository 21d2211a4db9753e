import {randomBytes} from 'node:crypto';
import type {SecretStore} from '../core/run/ports.ts';
import type {Redactor} from '../core/secrets/redact.ts';
import {Secret} from '../core/secrets/secret.ts';

/** Names whose caught values say nothing confidential, so that hiding them would only garble texts. */
const publicNames = /^(BUCKET_NAME|AWS_REGION|AWS_ENDPOINT_URL_S3)$/;

/** Keeps the run's secrets in memory and makes SECRET_KEY_BASE when it is first needed, as `mix phx.gen.secret` does. */
export function openSecretStore(redactor: Redactor): SecretStore {
	const secrets = new Map<string, Secret>();
	const caught = new Set<string>();

	const secretStore: SecretStore = {
		get: name => secrets.get(name),
		require(name) {
			const secret = secrets.get(name) ?? (name === 'SECRET_KEY_BASE' ? makeSecretKeyBase() : undefined);
			if (!secret) throw new Error(`Nobody gave ${name}.`);
			if (!secrets.has(name)) secretStore.add(secret);
			return secret;
		},
		add(secret, {isConfidential = true} = {}) {
			secrets.set(secret.name, secret);
			if (isConfidential) redactor.add(secret);
		},
		isCaptured: name => caught.has(name),
		capture(name, value) {
			caught.add(name);
			secretStore.add(new Secret(name, value), {isConfidential: !publicNames.test(name)});
		},
	};
	return secretStore;
}

const makeSecretKeyBase = () =>
	new Secret('SECRET_KEY_BASE', randomBytes(64).toString('base64').slice(0, 64));
