/**
 * Token usage of this format, both ways. The prompt includes what the cache gave, but not what tools added to it, and the
 * candidates do not include thoughts.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
  type InputUsage,
  known,
  type OutputUsage,
  present,
  remainder,
  totalTokens,
  type Usage,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

const inputKinds = {
  TEXT: 'text',
  IMAGE: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  DOCUMENT: 'document',
} as const;
const cacheKinds = {
  TEXT: 'cacheReadText',
  IMAGE: 'cacheReadImage',
  VIDEO: 'cacheReadVideo',
  AUDIO: 'cacheReadAudio',
  DOCUMENT: 'cacheReadDocument',
} as const;
const outputKinds = { TEXT: 'text', IMAGE: 'image', AUDIO: 'audio' } as const;
/** What tools added is always text, and needs no bucket beside its sum. */
const toolKinds = { TEXT: 'tools' } as const;

type Kinds = Readonly<Record<string, string>>;
type Forms = Record<string, string>;

/** Kinds by their numbers, which Vertex sends to clients that ask for them (recorded 2026). */
const kindByNumber: readonly string[] = [
  'MODALITY_UNSPECIFIED',
  'TEXT',
  'IMAGE',
  'VIDEO',
  'AUDIO',
  'DOCUMENT',
];

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usageMetadata', 'lenient');
  const forms: Forms = {};
  const prompt = wire.number('promptTokenCount');
  const tools = wire.number('toolUsePromptTokenCount');
  const cacheRead = wire.number('cachedContentTokenCount');
  const total = prompt === undefined ? undefined : prompt + (tools ?? 0);
  const toolText = readKinds(wire, 'toolUsePromptTokensDetails', toolKinds, forms);
  return {
    input: known({
      total,
      uncached: remainder(total, cacheRead),
      cacheRead,
      tools: tools ?? toolText.tools,
      ...readKinds(wire, 'promptTokensDetails', inputKinds, forms),
      ...readKinds(wire, 'cacheTokensDetails', cacheKinds, forms),
    }),
    output: parseOutput(wire, forms),
    ...known({
      total: wire.number('totalTokenCount'),
      tier: wire.string('serviceTier'),
      traffic: wire.string('trafficType'),
    }),
    ...wire.annotations(name, forms),
    raw: value,
  };
}

function parseOutput(wire: WireObject, forms: Forms): OutputUsage {
  const written = wire.number('candidatesTokenCount');
  const reasoning = wire.number('thoughtsTokenCount');
  const isKnown = written !== undefined || reasoning !== undefined;
  // Zero is left out on this wire; thoughts alone are an answer that was cut off while thinking.
  if (written === undefined && reasoning !== undefined) forms.candidates = 'absent';
  return known({
    total: isKnown ? (written ?? 0) + (reasoning ?? 0) : undefined,
    reasoning,
    ...readKinds(wire, 'candidatesTokensDetails', outputKinds, forms),
  });
}

/** A list of counts by kind becomes buckets; one that says more than buckets can hold stays unknown. */
function readKinds(wire: WireObject, field: string, kinds: Kinds, forms: Forms): Record<string, number> {
  const list = wire.peek(field);
  if (!Array.isArray(list)) return {};
  const buckets: Record<string, number> = {};
  const order: string[] = [];
  for (const entry of list as readonly Json[]) {
    const kind = kindOf(entry, kinds);
    const bucket = kind === undefined ? undefined : kinds[kind];
    if (bucket === undefined || buckets[bucket] !== undefined) return {};
    const { modality, tokenCount } = entry as { modality: string | number; tokenCount?: number };
    buckets[bucket] = tokenCount ?? 0;
    order.push(`${modality}${tokenCount === undefined ? '-' : ''}`);
  }
  wire.consume(field);
  forms[field] = order.join(',');
  return buckets;
}

function kindOf(entry: Json, kinds: Kinds): string | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { modality, tokenCount, ...rest } = entry;
  const isCount = tokenCount === undefined || typeof tokenCount === 'number';
  const kind = typeof modality === 'number' ? kindByNumber[modality] : modality;
  if (!isCount || typeof kind !== 'string' || Object.keys(rest).length > 0) return undefined;
  return Object.hasOwn(kinds, kind) ? kind : undefined;
}

/** The buckets that this format can say. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...[
    'total',
    'uncached',
    'cacheRead',
    'tools',
    ...Object.values(inputKinds),
    ...Object.values(cacheKinds),
  ].map((field) => `input.${field}`),
  ...['total', 'reasoning', ...Object.values(outputKinds)].map((field) => `output.${field}`),
  'tier',
  'traffic',
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  const wire = present({
    promptTokenCount: input.total === undefined ? undefined : Math.max(0, input.total - (input.tools ?? 0)),
    cachedContentTokenCount: input.cacheRead,
    candidatesTokenCount:
      formOf(usage, name, 'candidates') === 'absent' ? undefined : remainder(output.total, output.reasoning),
    thoughtsTokenCount: output.reasoning,
    toolUsePromptTokenCount: input.tools,
    totalTokenCount: usage.total ?? totalTokens(usage),
    promptTokensDetails: writeKinds(usage, input, 'promptTokensDetails', inputKinds),
    cacheTokensDetails: writeKinds(usage, input, 'cacheTokensDetails', cacheKinds),
    candidatesTokensDetails: writeKinds(usage, output, 'candidatesTokensDetails', outputKinds),
    toolUsePromptTokensDetails: writeKinds(usage, input, 'toolUsePromptTokensDetails', toolKinds),
    serviceTier: usage.tier,
    trafficType: usage.traffic,
  });
  applyAnnotations(wire, usage, name);
  return wire;
}

function writeKinds(
  usage: Usage,
  buckets: InputUsage | OutputUsage,
  field: string,
  kinds: Kinds,
): Json | undefined {
  const counts = buckets as Readonly<Record<string, number | undefined>>;
  const form = formOf(usage, name, field);
  if (form !== undefined)
    return form === '' ? [] : form.split(',').map((word) => writeKind(word, counts, kinds));
  // The sum of what tools added is told already.
  if (kinds === toolKinds || usage.spelling?.dialect === name) return undefined;
  const list = Object.entries(kinds)
    .filter(([, bucket]) => counts[bucket] !== undefined)
    .map(([modality, bucket]) => ({ modality, tokenCount: counts[bucket] as number }));
  return list.length === 0 ? undefined : list;
}

/** One entry as it was: its kind by word or number, a zero left out. */
function writeKind(word: string, counts: Readonly<Record<string, number | undefined>>, kinds: Kinds): Json {
  const modality = word.replace('-', '');
  const isNumber = /^\d+$/.test(modality);
  const kind = (isNumber ? kindByNumber[Number(modality)] : modality) ?? '';
  const tokenCount = word.endsWith('-') ? undefined : counts[kinds[kind] ?? ''];
  return present({ modality: isNumber ? Number(modality) : modality, tokenCount });
}
