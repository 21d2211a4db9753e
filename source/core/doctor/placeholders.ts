const words =
	/^(?:no[-_ ]?(?:key|secret|token|value|pass)\w*|(?:dummy|fake|place_?holder|change|replace|your|insert|put|set|add|enter|example|sample|demo|test|dev|local|temp|tmp|build|compile|ignore|unused|insecure|not|default|todo|fixme|foo|bar|baz|hello)(?:[-_ ].*|\w*me|holder|ing|er|time|host|opment|d)?|none|null|nil|unset|empty|secret(?:[-_ ]?key)?(?:[-_ ]?base)?|pass(?:word|wd)?|postgres|admin|root|guest|user(?:name)?|true|false|undefined)$/i;

/** Tells whether a value is not a secret, whatever its name: a word instead of a value, or another variable. */
export const isPlaceholder = (value: string): boolean =>
	value.trim() === '' ||
	words.test(value.trim()) ||
	/^(.)\1*$|^[x*.\-_ ]+$/i.test(value) ||
	/^(?:123|abc|qwerty)\w{0,9}$/i.test(value) ||
	/^<.*>$|\$\{?\w|%[A-Z_]+%|\{\{|\benv(?:ironment)? var/.test(value);
