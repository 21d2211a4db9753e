import type {PlanContext} from '../core/plan/context.ts';
import {describeRestart, type PlannedStep} from '../core/plan/plan.ts';
import type {Finding} from '../core/plan/step.ts';
import type {WantedSecret} from '../core/secrets/secret.ts';
import {quoteForShell} from '../core/text/text.ts';
import {writeFileLines} from './script/write-file-lines.ts';

type Written = {
	readonly planned: PlannedStep;
	readonly context: PlanContext;
	readonly hash: (text: string) => string;
};

/** What a step is in a script: a call of the function that looks first, with the words the step would use. */
const writers: Readonly<Record<string, (written: Written) => readonly string[]>> = {
	'create-app': written => [call('create_app', [written.context.org], only(written))],
	'write-files': ({context: {files}, hash}) => [
		...files.flatMap(file => writeFileLines(file, hash)),
		'check_config',
	],
	'create-volume': written => {
		const {mount, region, volumeSizeGb} = written.context;
		return [call('create_volume', [mount?.source ?? '', region, String(volumeSizeGb)], only(written))];
	},
	'create-bucket': written => {
		const {bucket = '', terms} = written.context;
		return [call('create_bucket', [bucket, terms?.url ?? ''], only(written))];
	},
	'set-secrets': ({planned, context}) => writeSecrets(context.appSecrets, planned.finding),
	'set-storage-secrets': ({planned, context}) => writeSecrets(context.storageSecrets, planned.finding),
	'allocate-addresses': written =>
		['v6', 'v4'].map(type =>
			call('allocate_address', [type], only(written, {is: 'partial', missing: [type]})),
		),
	'add-certificate': written => [call('add_certificate', [written.context.domain ?? ''], only(written))],
	'set-machine-count': written => [call('set_machine_count', [], only(written))],
	deploy(written) {
		const {context} = written;
		const {image = '', redeploy, existing} = context;
		return [
			...(existing?.Deployed ? [call('say', [`   ${describeRestart(context)}`])] : []),
			call('deploy', [image, redeploy ? 'again' : 'once'], only(written)),
		];
	},
};

/** Whether a script can look for itself if the step is done. */
export const canLook = (stepId: string): boolean => stepId in writers;

/** The lines of one stage, below its heading. */
export function writeStepLines(written: Written): readonly string[] {
	const {step} = written.planned;
	const write = writers[step.id];
	if (write) return write(written);
	return listCalls(written, {is: 'absent'}).map(words => call('by_hand', [step.title], words));
}

const listCalls = ({planned: {step}, context}: Written, finding: Finding): readonly (readonly string[])[] =>
	step.actions(context, finding).flatMap(action => (action.kind === 'fly' ? [action.args] : []));

/** The step's one call, as it is made where nothing is there. */
function only(written: Written, finding: Finding = {is: 'absent'}): readonly string[] {
	const [words, more] = listCalls(written, finding);
	if (!words || more) throw new Error(`${written.planned.step.id} is not one call in a script.`);
	return words;
}

const call = (name: string, words: readonly string[], args: readonly string[] = []): string =>
	[name, ...words, ...args].map(quoteForShell).join(' ');

/** No value but a public one is in a script; what is confidential is asked for when it runs. */
function writeSecrets(wanted: readonly WantedSecret[], finding: Finding): readonly string[] {
	const missing = finding.is === 'partial' ? finding.missing : [];
	return [
		'begin_secrets',
		...wanted.map(({name, secret, isPublic, isGenerated}) => {
			if (isGenerated) return call('want_generated', [name]);
			if (!isPublic || !secret) return call('want_secret', [name]);
			return call('want_public', [name, secret.reveal(), ...(missing.includes(name) ? ['again'] : [])]);
		}),
		'send_secrets',
	];
}
