import {findLitestreamPins} from '../doctor/litestream-pins.ts';
import {Failure} from '../errors/failure.ts';
import {type LitestreamConfig, readLitestreamConfig} from '../litestream/config.ts';
import type {PlanContext} from './context.ts';

/** The Litestream that the machine runs once the files of a plan are deployed, as far as they tell. */
export type PlannedLitestream = {
	/** As `0.5.17`; `undefined` for an image that is not built here, or a Dockerfile that names no version. */
	readonly version: string | undefined;
	/** `undefined` without a litestream.yml, or with one that doctor rejects. */
	readonly config: LitestreamConfig | undefined;
};

/** Reads what the image of a plan brings, from the files as the plan leaves them. Pure. */
export function readPlannedLitestream({
	facts,
	files,
	image,
}: Pick<PlanContext, 'facts' | 'files' | 'image'>): PlannedLitestream {
	const dockerfile = files.find(({path}) => path === (facts.dockerfile?.path ?? 'Dockerfile'))?.after;
	const written = files.find(({path}) => path.endsWith('litestream.yml'));
	const file = written?.path ?? facts.litestreamPath;
	const source = written?.after ?? (file === undefined ? undefined : facts.files.get(file));
	const [pin] = findLitestreamPins(dockerfile ?? facts.dockerfile?.text ?? '');
	return {
		version: image === undefined ? pin?.version : undefined,
		config: file === undefined || source === undefined ? undefined : readConfig(file, source),
	};
}

function readConfig(file: string, source: string): LitestreamConfig | undefined {
	try {
		return readLitestreamConfig(file, source);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return undefined;
	}
}
