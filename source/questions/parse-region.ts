import {accepted, type Parsed, refused} from '../core/answer.ts';
import {closedRegions} from '../core/fly/catalog.ts';
import type {Situation} from '../core/questions/question.ts';

/** Reads a region's code; its place's name, or a closed region, is answered with the code to use. */
export function parseRegion(typed: string, {regions}: Pick<Situation, 'regions'>): Parsed<string> {
	const code = typed.trim().toLowerCase();
	if (code === '') return refused('Type the code of a region, for example sjc.');

	const found = regions.find(region => region.code === code && !region.deprecated);
	if (found) return accepted(code, found.requires_paid_plan ? `${code} needs a paid plan.` : undefined);

	const successor = closedRegions.get(code);
	if (successor !== undefined) return refused(`Fly.io closed ${code}; use ${successor}.`, successor);

	if (regions.length === 0 && /^[a-z]{3}$/.test(code)) return accepted(code);

	const named = regions.find(region => region.name.toLowerCase().startsWith(code) && !region.deprecated);
	const codes = regions.map(region => region.code).sort();
	return named && code.length >= 3
		? refused(`Regions go by their code here: ${named.name} is ${named.code}.`, named.code)
		: refused(`Fly.io has no such region; there are ${codes.join(', ')}.`);
}
