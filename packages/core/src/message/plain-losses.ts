/** Losses of calls that are no chat: what an embedding or reranking format has no field for. */
import type { Annotated } from './annotations.ts';
import type { EmbedInput, EmbedRequest, EmbedResult } from './embedding.ts';
import type { Loss } from './loss.ts';
import type { TextPart } from './parts.ts';
import { reportForeignExtensions } from './wire-fields.ts';

interface Spoken extends Annotated {
  readonly dialect?: string;
}

/** Fields that are no wish of the caller. */
const never: ReadonlySet<string> = new Set(['dialect', 'model', 'answer', 'extensions', 'spelling']);

/** A loss for every field of the request that is set and not said, and for what only another dialect knows. */
export function reportUnsaidOptions(request: Spoken, said: ReadonlySet<string>, dialect: string): Loss[] {
  const losses: Loss[] = [];
  for (const [key, value] of Object.entries(request))
    if (value !== undefined && !never.has(key) && !said.has(key))
      losses.push({ field: key, action: 'dropped', detail: `${dialect} has no such field.` });
  reportForeign(request, dialect, losses);
  return losses;
}

/** The same for a result: only what another dialect's wire held besides its meaning. */
export function reportForeign(node: Spoken, dialect: string, losses: Loss[]): void {
  if (node.dialect !== dialect) reportForeignExtensions(node, '', dialect, losses);
}

/** A field of single inputs that the format has not, or only for the request as a whole. */
export function reportInputFields(
  { inputs }: EmbedRequest,
  said: ReadonlySet<string>,
  dialect: string,
): Loss[] {
  return inputs.flatMap((input, index) =>
    (['title', 'purpose', 'dimensions'] as const)
      .filter((field) => input[field] !== undefined && !said.has(field))
      .map((field) => ({
        field: `inputs[${index}].${field}`,
        action: 'dropped' as const,
        detail: `${dialect} has no such field for each input.`,
      })),
  );
}

/** What an input says in words, for a format that takes nothing else. */
export function inputText(input: EmbedInput, index: number, dialect: string, losses: Loss[]): string {
  if (input.type === 'text') return input.text;
  if (input.type === 'tokens') {
    losses.push({
      field: `inputs[${index}].tokens`,
      action: 'dropped',
      detail: `${dialect} takes no token numbers; an empty text stands in their place.`,
    });
    return '';
  }
  const texts = input.parts.filter((part): part is TextPart => part.type === 'text');
  for (const [at, part] of input.parts.entries())
    if (part.type !== 'text')
      losses.push({
        field: `inputs[${index}].parts[${at}]`,
        action: 'dropped',
        detail: `${dialect} embeds text alone here.`,
      });
  if (texts.length > 1)
    losses.push({
      field: `inputs[${index}].parts`,
      action: 'emulated',
      detail: 'Several texts of one input are joined by line breaks.',
    });
  return texts.map(({ text }) => text).join('\n');
}

/** What vectors carry besides numbers; one loss for each kind, at the first vector that has it. */
export function reportVectorFields(
  { vectors }: EmbedResult,
  said: ReadonlySet<string>,
  dialect: string,
): Loss[] {
  return (['text', 'image', 'tokens', 'truncated'] as const).flatMap((field): Loss[] => {
    const index = vectors.findIndex((vector) => vector[field] !== undefined);
    if (index < 0 || said.has(field)) return [];
    const detail = `${dialect} has no such field for each vector.`;
    return [{ field: `vectors[${index}].${field}`, action: 'dropped', detail }];
  });
}
