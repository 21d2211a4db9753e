import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';
import {findApp, listReleases} from '../world/find.ts';

const shown = 25;

export const releases: Command = function* (context) {
	const {list, account} = yield* look(world => {
		findApp(world, context.app);
		return {list: listReleases(world, context.app).slice(0, shown), account: world.account};
	});
	if (wantsJson(context)) {
		const json = list.map(({id, version, status, reason, createdAt, imageRef}) => ({
			ID: id,
			Version: version,
			Stable: true,
			InProgress: status === 'running' || status === 'pending',
			Reason: reason,
			Description: 'Release',
			Status: status,
			DeploymentStrategy: '',
			Metadata: null,
			User: {ID: account.id, Name: account.name, Email: account.email, EnablePaidHobby: false},
			EvaluationID: '',
			CreatedAt: new Date(createdAt).toISOString(),
			ImageRef: imageRef,
		}));
		yield* printJson(context, json);
		return 0;
	}
	const withImage = context.flags.bool('image');
	const head = ['VERSION', 'STATUS', 'DESCRIPTION', 'USER', 'DATE', ...(withImage ? ['DOCKER IMAGE'] : [])];
	const rows = list.map(({version, status, imageRef}) => [
		`v${version}`,
		status,
		'Release',
		account.email,
		'just now',
		...(withImage ? [imageRef] : []),
	]);
	yield* print(formatTable(head, rows));
	return 0;
};
