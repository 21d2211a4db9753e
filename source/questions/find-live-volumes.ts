import {readAnswer} from '../core/answer.ts';
import type {FlyVolume} from '../core/fly/output.ts';
import {readMountSource} from '../core/questions/proposals.ts';
import type {Situation} from '../core/questions/question.ts';
import type {Readers} from '../core/readers.ts';

/** The app's volumes of the name that will be mounted, without those on their way out; none for an app that is not there. */
export async function findLiveVolumes(
	{profile, project, answers}: Situation,
	{fly}: Pick<Readers, 'fly'>,
): Promise<readonly FlyVolume[]> {
	const app = readAnswer(answers, 'app');
	const name = readMountSource(project) ?? profile.mount?.source;
	if (app === undefined || profile.mount === undefined || (await fly.status(app)) === undefined) return [];

	const volumes = await fly.listVolumes(app);
	return volumes.filter(volume => volume.name === name && volume.state !== 'pending_destroy');
}
