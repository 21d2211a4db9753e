/** OSC, DCS, SOS, PM and APC: they carry text up to a terminator that must not be shown either. */
const strings =
	/(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;
const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Characters that reorder or hide what stands beside them. */
const tricks = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Text from outside, made safe to print: no escape sequence, control or reordering character; line breaks stay. */
export const toPlainText = (text: string): string =>
	text
		.replace(strings, '')
		.replace(sequences, '')
		.replace(/\r\n/g, '\n')
		.replace(/[\u2028\u2029]/g, '\n')
		.replace(/\t/g, '  ')
		.replace(controls, '')
		.replace(tricks, '');
