/** Answers of the README's unattended example, by provider. The keys are those of the providers' manuals. */
const common = ['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'];
const domain = ['--domain', 'blog.example.com'];

export const providerAnswers = {
	tigris: {args: ['--storage', 'tigris', '--bucket', 'blog-1-store'], env: {}},
	s3: {
		args: ['--storage', 's3', '--bucket', 'blog-1-store', '--storage-region', 'eu-central-1'],
		env: {
			LITESTREAM_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
			LITESTREAM_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
		},
	},
	r2: {
		args: [
			'--storage',
			'r2',
			'--bucket',
			'blog-1-store',
			'--r2-account-id',
			'0123456789abcdef0123456789abcdef',
		],
		env: {
			LITESTREAM_ACCESS_KEY_ID: '00112233445566778899aabbccddeeff',
			LITESTREAM_SECRET_ACCESS_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
		},
	},
} as const;

export type ProviderId = keyof typeof providerAnswers;

/** Returns every answer of a Wisp setup without email, as flags. */
export const answerFlags = (provider: ProviderId = 'tigris'): readonly string[] => [
	...common,
	...domain,
	...providerAnswers[provider].args,
	'--no-mail',
];

/** Returns the arguments of a whole unattended rehearsal. */
export const rehearseArgs = (speed: number, provider: ProviderId = 'tigris'): readonly string[] => [
	// On the rehearsal's clock: a busy computer gets the time it needs.
	...['rehearse', '--yes', '--json', '--speed', String(speed), '--wait', '1h'],
	...answerFlags(provider),
	...['--world', 'w.json'],
];
