const csi = '\u001B[';

/** The words that flyctl colours even on a pipe. */
export const marks = {
	ok: `${csi}32m✓${csi}0m`,
	bad: `${csi}31m✘${csi}0m`,
	warn: `${csi}33mWARN${csi}0m`,
	info: `${csi}2mINFO${csi}0m`,
} as const;
