/** Whether a variable or a setting is confidential by its name. */
export const isSecretName = (name: string): boolean =>
	/(?:^|_)(?:key|key_base|token|secret|password|passwd|dsn|access_key_id|database_url)$/i.test(name) &&
	!/(?:^|_)public_key$/i.test(name);
