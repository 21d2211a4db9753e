import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {listStartTexts} from '../../core/doctor/start.ts';
import type {FileWrite} from '../../core/elixir/facts.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const uploadsNotKept: Rule = {
	id: 'uploads-not-kept',
	title: 'Uploads that no replica keeps',
	why: "A deploy replaces the image's file system with everything the app wrote to it. Litestream replicates databases only, so files beside them are lost with the volume.",

	check(facts) {
		const {elixir, flyToml} = facts;
		if (!elixir || !flyToml || hasObjectStorage(facts)) return [];
		const found = elixir.fileWrites
			.filter(write => isUpload(write, facts))
			.flatMap(write => judgeWrite(write, facts) ?? []);
		// Several calls write one upload: make the folder, copy the file.
		return [...new Map(found.map(problem => [problem.path, problem])).values()];
	},
};

const isUpload = ({path, target}: FileWrite, {files}: DoctorFacts): boolean =>
	/upload/i.test(target) ||
	/\b(?:consume_uploaded_entr(?:y|ies)|allow_upload|Plug\.Upload)\b/.test(files.get(path) ?? '') ||
	/upload/i.test(path);

const hasObjectStorage = ({dependencies}: DoctorFacts): boolean =>
	[...dependencies].some(name =>
		/^(?:ex_aws|aws|waffle|arc|req_s3|cloudex|gcs|azurex|minio)|s3|storage/.test(name),
	);

function judgeWrite(write: FileWrite, facts: DoctorFacts): Problem | undefined {
	const {root, target, path, line} = write;
	const {flyToml, usesLitestream, elixir} = facts;
	const mounts = flyToml ? findMounts(flyToml.config).flatMap(({entry}) => entry.destination ?? []) : [];
	const fix = 'Keep uploads in object storage, such as a Tigris bucket.';
	if (root === 'in the image') {
		const texts = [facts.dockerfile?.text ?? '', ...listStartTexts(facts), ...mounts];
		// A link or a mount may bring this folder onto the volume.
		if (texts.some(text => /upload|\bln\s+-/i.test(text)) || mounts.some(mount => /priv|static/.test(mount)))
			return undefined;
		return {
			status: 'wrong',
			path,
			line,
			message: 'Uploads go to a folder of the image, so the next deploy deletes them.',
			fix:
				mounts[0] === undefined
					? fix
					: `${fix} Or keep them on the volume (${mounts[0]}), which no replica copies.`,
		};
	}

	if (root !== 'configured' || !target.includes('"DATABASE_PATH"') || !usesLitestream || mounts.length === 0)
		return undefined;
	const read = elixir?.environment.find(
		each => each.path === path && each.name === 'DATABASE_PATH' && each.holds !== 'no',
	);
	return {
		status: 'wrong',
		path,
		line: read?.line ?? line,
		message: 'Uploads go beside the database on the volume, and Litestream does not replicate them.',
		fix,
	};
}
