import {readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export type Import = {
	/** A file of the repository, such as `source/core/answer.ts`, or the name of a package or builtin. */
	readonly from: string;
	/** The imported names. `*` is everything. */
	readonly names: readonly string[];
	/** Disappears with the types. */
	readonly isType: boolean;
};

export type SourceFile = {
	readonly path: string;
	readonly text: string;
	/** Without comments and quoted texts. */
	readonly code: string;
	readonly imports: readonly Import[];
	readonly exports: readonly {readonly name: string; readonly isType: boolean}[];
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @param folder - Such as `source`, from the repository's root. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
	return readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name) && !/(^|\/)(\.|node_modules)/.test(name))
		.map(name => `${folder}/${name}`)
		.sort()
		.map(path => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Quoted text comes first, so that what looks like a comment inside it stays. */
const quotedOrComment = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`[^`$\\]*`)|\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** Returns what a formatted file imports and exports. Statements start their line, so one pattern for each form is enough. */
export function parseSource(path: string, text: string): SourceFile {
	const withoutComments = text.replace(quotedOrComment, (_, quoted: string | undefined) => quoted ?? '');
	const imports = [...withoutComments.matchAll(/^(import|export)( type)? ([^'"`;=]*?)from '([^']+)'/gm)].map(
		([, , type, what = '', from = '']): Import => ({
			from: resolveImport(path, from),
			names: readNames(what),
			isType: type !== undefined,
		}),
	);
	const loaded = [...withoutComments.matchAll(/\bimport\('([^']+)'\)/g)].map(
		([, from = '']): Import => ({from: resolveImport(path, from), names: ['*'], isType: false}),
	);
	const bare = [...withoutComments.matchAll(/^import '([^']+)'/gm)].map(
		([, from = '']): Import => ({from: resolveImport(path, from), names: [], isType: false}),
	);
	return {
		path,
		text,
		code: withoutComments.replace(quotedOrComment, "''"),
		imports: [...imports, ...loaded, ...bare],
		exports: [...readDeclared(withoutComments), ...readListed(withoutComments)],
	};
}

function resolveImport(path: string, from: string): string {
	return from.startsWith('.') ? join(dirname(path), from) : from;
}

/** Returns `default`, `a`, and `b` for `Conf, {a, type b as c}`. */
function readNames(what: string): readonly string[] {
	if (what.includes('* as ')) return ['*'];
	const listed = /\{([^}]*)\}/.exec(what)?.[1] ?? '';
	const names = listed
		.split(',')
		.map(
			name =>
				name
					.trim()
					.replace(/^type /, '')
					.split(' as ')[0] ?? '',
		)
		.filter(name => name !== '');
	return /^\w/.test(what) ? ['default', ...names] : names;
}

function readDeclared(text: string): SourceFile['exports'] {
	const pattern =
		/^export (default |(?:async )?(?:function\*?|const|let|class|enum)|type|interface) ?(\w*)/gm;
	return [...text.matchAll(pattern)]
		.filter(([, kind, name]) => kind === 'default ' || name !== '')
		.map(([, kind = '', name = '']) =>
			kind === 'default '
				? {name: 'default', isType: false}
				: {name, isType: /^(type|interface)$/.test(kind)},
		);
}

function readListed(text: string): SourceFile['exports'] {
	return [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type, list = '']) =>
		list
			.split(',')
			.map(name => name.trim())
			.filter(name => name !== '')
			.map(name => ({
				name:
					name
						.split(' as ')
						.at(-1)
						?.replace(/^type /, '') ?? '',
				isType: type !== undefined || name.startsWith('type '),
			})),
	);
}

/** Returns `create-volume` for `createVolume` and `CreateVolume`. */
export const toKebab = (name: string): string =>
	name.replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2').toLowerCase();

export const fileName = (path: string): string => basename(path).replace(/\.tsx?$/, '');
