import {Secret, type WantedSecret} from '../core/secrets/secret.ts';

/** What every Phoenix release reads at its start. */
export const buildPhoenixSecrets = (host: string): readonly WantedSecret[] => [
	{name: 'SECRET_KEY_BASE', isGenerated: true},
	{name: 'PHX_HOST', secret: new Secret('PHX_HOST', host), isPublic: true},
];
