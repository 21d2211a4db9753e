import {editFlyToml} from '../../../source/core/fly-toml/edit.ts';
import {planFlyTomlEdits} from '../../../source/core/fly-toml/plan-edits.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {planTemplateFiles} from '../../../source/core/project/template.ts';
import {readSample, readTemplates} from '../../helpers/template-files.ts';

export const host = 'blog.example.com';

/** The secrets of the app after a setup with Tigris and mail; only the host's value is known. */
export const finishedSecrets: ReadonlyMap<string, string | undefined> = new Map(
	[
		...['SECRET_KEY_BASE', 'PHX_HOST', 'RESEND_API_KEY', 'LITESTREAM_REPLICA_URL', 'LITESTREAM_ENDPOINT'],
		...['LITESTREAM_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'BUCKET_NAME'],
		'AWS_ENDPOINT_URL_S3',
	].map(name => [name, name === 'PHX_HOST' ? host : undefined]),
);

/** The sample as it is after a finished setup. */
export const finishWisp = (): ReadonlyMap<string, string> => finish(readSample(), 'wisp_data');

/** What a setup leaves: the edits of fly.toml, and the files that were missing. */
export function finish(
	files: ReadonlyMap<string, string>,
	volume: string | undefined,
): ReadonlyMap<string, string> {
	const reading = readProject(files);
	if (!reading.ok) throw new Error(reading.problem);
	const {facts: project} = reading;
	const common = {
		app: 'blog-1',
		primaryRegion: 'sjc',
		phxHost: host,
		vmSize: 'shared-cpu-1x',
		vmMemoryMb: 1024,
	};
	const mount = volume === undefined ? undefined : {source: volume, destination: '/data'};
	const wishes = {...common, mount, volumeSizeGb: 1, swapMb: 512};
	const done = new Map(files);
	for (const {path, after} of planTemplateFiles(project, wishes, readTemplates('wisp')))
		done.set(path, after);
	if (project.flyToml) {
		const edits = planFlyTomlEdits(project.flyToml.config, {
			...wishes,
			runsLitestream: volume !== undefined,
			healthPath: project.healthPath,
		});
		const edited = editFlyToml(project.flyToml.text, edits);
		if (!edited.ok) throw new Error(edited.problem);
		done.set('fly.toml', edited.text);
	}

	return done;
}
