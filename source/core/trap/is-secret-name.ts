/** Whether a variable or a setting is confidential by its name. */
export const isSecretName = (name: string): boolean =>
	/_key$|(?:^|_)(?:key_base|token|secret|password|passwd|dsn|access_key_id|database_url)$/i.test(name) &&
	!/(?:public|publishable|site)_key$/i.test(name);
