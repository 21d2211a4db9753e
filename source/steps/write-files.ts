import type {Step} from '../core/plan/step.ts';

export const writeFiles: Step = {
	id: 'write-files',
	title: 'Write the files',
	needs: ['create-app'],
	locks: [],
	needsApp: false,
	usualSeconds: [0, 1],
	isNeeded: () => true,

	async look({app, files, flyTomlPath}, reader) {
		const missing: string[] = [];
		for (const {path, before, after} of files) {
			const now = await reader.files.read(path);
			if (now === after) continue;
			if (now !== before) {
				return {
					is: 'conflict',
					code: 'file-changed',
					why: `${path} changed since the plan was made.`,
					hint: 'Run phxfly again to plan with the current file.',
				};
			}

			missing.push(path);
		}

		if (missing.length > 0) return {is: 'partial', missing};
		const {isValid, text} = await reader.fly.validateConfig(app, flyTomlPath);
		if (!isValid) {
			return {
				is: 'conflict',
				code: 'fly-toml-invalid',
				why: `flyctl cannot use ${flyTomlPath}: ${text}`,
				hint: 'Fix what it reports, then run phxfly again.',
			};
		}

		const note = text === '' ? {} : {note: `flyctl's strict check reports: ${text}`};
		return {is: 'there', id: files.map(({path}) => path).join(', ') || 'unchanged', ...note};
	},

	actions: ({files}, finding) =>
		files
			.filter(({path}) => finding.is !== 'partial' || finding.missing.includes(path))
			.map(change => ({kind: 'write-file', change})),
};
