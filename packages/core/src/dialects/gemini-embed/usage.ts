/** Token usage of this format, both ways: one count for the prompt, and the same by kind of content. */
import { isJsonObject, type Json } from '../../json/index.ts';
import { applyAnnotations, formOf, known, type Usage, WireObject } from '../../message/index.ts';
import { modalities, name } from './wire.ts';

type Modality = keyof typeof modalities;

const detailFields = ['promptTokensDetails', 'promptTokenDetails'] as const;

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usageMetadata', 'lenient');
  const forms: Record<string, string> = {};
  const total = wire.number('totalTokenCount');
  if (total !== undefined) forms.total = 'said';
  const input: Record<string, number> = known({ total: wire.number('promptTokenCount') });
  for (const field of detailFields) {
    const details = wire.peek(field);
    if (!isDetails(details)) continue;
    wire.consume(field);
    forms.details = field;
    forms.modalities = details.map(({ modality }) => modality).join(' ');
    for (const { modality, tokenCount } of details) input[modalities[modality]] = tokenCount;
    break;
  }
  return { input, output: {}, ...known({ total }), ...wire.annotations(name, forms), raw: value };
}

interface Detail {
  readonly modality: Modality;
  readonly tokenCount: number;
}

/** Whether each entry is a kind that we know, once, and its count; anything else is carried as it is. */
function isDetails(value: Json | undefined): value is (Json & Detail)[] {
  if (!Array.isArray(value)) return false;
  const seen = new Set(value.map((entry) => (isJsonObject(entry) ? entry.modality : undefined)));
  return seen.size === value.length && value.every(isDetail);
}

function isDetail(value: Json): boolean {
  return (
    isJsonObject(value) &&
    Object.keys(value).length === 2 &&
    typeof value.tokenCount === 'number' &&
    Object.hasOwn(modalities, String(value.modality))
  );
}

export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'text', 'image', 'audio', 'video', 'document'].map((bucket) => `input.${bucket}`),
  'billed',
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, total } = usage;
  const told = formOf(usage, name, 'modalities');
  const listed =
    told?.split(' ').filter((modality) => modality !== '') ??
    Object.keys(modalities).filter((modality) => input[modalities[modality as Modality]] !== undefined);
  const details = listed.map((modality) => ({
    modality,
    tokenCount: input[modalities[modality as Modality]] ?? 0,
  }));
  const field = formOf(usage, name, 'details') ?? detailFields[0];
  const wire: Record<string, Json> = known({
    promptTokenCount: input.total,
    totalTokenCount: formOf(usage, name, 'total') === 'said' ? total : undefined,
    ...((details.length > 0 || told !== undefined) && { [field]: details }),
  }) as Record<string, Json>;
  applyAnnotations(wire, usage, name);
  return wire;
}
