const units = new Map([
	['ms', 0.001],
	['s', 1],
	['m', 60],
	['h', 3600],
]);

/** Reads a duration as fly.toml accepts it: `60`, `"60"`, `"60s"`, `"1m30s"`. */
export function readSeconds(value: string | number): number | undefined {
	const text = String(value).trim();
	if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
	if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
	return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (units.get(unit) ?? 0), 0);
}
