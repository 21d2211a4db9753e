import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';

let validate: ValidateFunction | undefined;

/** Returns what the shipped JSON Schema finds wrong in a line of `--json`. An unknown field is wrong too. */
export function findSchemaProblem(line: object): string | undefined {
	validate ??= compile();
	if (validate(line)) return undefined;
	return `${JSON.stringify(line)} is not as events.schema.json says: ${JSON.stringify(validate.errors)}`;
}

function compile(): ValidateFunction {
	const path = fileURLToPath(new URL('../../dist/events.schema.json', import.meta.url));
	const schema = JSON.parse(readFileSync(path, 'utf8')) as object;
	const ajv = new Ajv2020({allErrors: true, discriminator: true, strictTuples: false});
	ajv.addFormat('date-time', text => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));
	return ajv.compile(
		forbidUnknown({...schema, type: 'object', discriminator: {propertyName: 'type'}}) as object,
	);
}

function forbidUnknown(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(forbidUnknown);
	if (typeof schema !== 'object' || schema === null) return schema;
	const inner = Object.fromEntries(
		Object.entries(schema).map(([name, value]) => [name, forbidUnknown(value)]),
	);
	return inner.type === 'object' && inner.properties ? {...inner, additionalProperties: false} : inner;
}
