/** What a part of the outside answers; `hang-up` closes the connection without a word. */
export type Answer =
	| 'hang-up'
	| {
			readonly status: number;
			readonly headers: Readonly<Record<string, string>>;
			readonly body: string | Buffer;
	  };

export type Asked = {
	readonly method: string;
	/** With the host that was asked for, whatever address the request came to. */
	readonly url: URL;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
};

export function answerJson(status: number, content: unknown): Answer {
	return {status, headers: {'content-type': 'application/json'}, body: JSON.stringify(content)};
}
