/**
The ENTRYPOINT of official images, which one of our own would replace.

@see {@link https://github.com/docker-library/official-images/tree/master/library}
*/
const entrypoints: readonly (readonly [RegExp, string])[] = [
	[/^docker:(?:.*-)?(?:cli|git)\b/, 'docker-entrypoint.sh'],
	[/^docker(?::|$)/, 'dockerd-entrypoint.sh'],
	[/^(?:node|postgres|redis|valkey|mysql|mariadb|mongo|memcached|rabbitmq)(?::|$)/, 'docker-entrypoint.sh'],
	[/^nginx(?::|$)/, '/docker-entrypoint.sh'],
];

const plain =
	/^(?:hexpm\/)?(?:debian|ubuntu|alpine|elixir|erlang|buildpack-deps|busybox|fedora|rockylinux|almalinux|amazonlinux)(?:[:@]|$)/;

/** What is known about the ENTRYPOINT of an image that a Dockerfile begins with: its program, that it has none, or nothing. */
export function findBaseEntrypoint(base: string): string | 'none' | undefined {
	const name = base.replace(
		/^(?:(?:docker\.io|public\.ecr\.aws\/docker|mirror\.gcr\.io)\/)?(?:library\/)?/,
		'',
	);
	return plain.test(name) ? 'none' : entrypoints.find(([shape]) => shape.test(name))?.[1];
}
