/**
 * Sorts the counts of a call into buckets that do not overlap, each with the rates that may price it, in order of
 * preference. Where counts contradict each other, the larger reading is taken and noted. Money does not belong here.
 */
import type { InputUsage, OutputUsage, Usage } from '../message/index.ts';
import type { TokenRate } from './price-row.ts';

export interface Bucket {
  /** Path of the count in `Usage`, such as `input.cacheRead`. */
  readonly name: string;
  readonly count: bigint;
  /** The first of these that the row has is what it costs; none is no price. */
  readonly rates: readonly TokenRate[];
}

export interface Tally {
  readonly buckets: readonly Bucket[];
  /** Counts by the provider's own name of the unit, rounded up. */
  readonly units: ReadonlyMap<string, bigint>;
  /** Everything the model read, which decides whether a call has a long context. */
  readonly inputTotal: bigint;
  /** Whether anything at all was told of the input and of the output. */
  readonly knows: { readonly input: boolean; readonly output: boolean };
  /** Counts that are no counts, and charges that no row can state. */
  readonly unreadable: readonly string[];
  readonly notes: readonly string[];
}

const kinds = ['audio', 'image', 'video', 'document'] as const;

const cacheReadFields = {
  audio: 'cacheReadAudio',
  image: 'cacheReadImage',
  video: 'cacheReadVideo',
  document: 'cacheReadDocument',
} as const;

/** Sound is never charged as text; other kinds are, where the row does not price them apart. */
const inputRates: Readonly<Record<(typeof kinds)[number], readonly TokenRate[]>> = {
  audio: ['input_audio'],
  image: ['input_image', 'input'],
  video: ['input_video', 'input'],
  document: ['input_document', 'input'],
};

/** A kind that is priced apart is not cheaper for having been cached, unless the row says so. */
const cacheReadRates: Readonly<Record<(typeof kinds)[number], readonly TokenRate[]>> = {
  audio: ['cache_read_audio', 'input_audio'],
  image: ['cache_read_image', 'input_image', 'cache_read', 'input'],
  video: ['cache_read_video', 'input_video', 'cache_read', 'input'],
  document: ['cache_read_document', 'input_document', 'cache_read', 'input'],
};

const lifeTimes = [
  ['cacheWrite5m', 'cache_write_5m'],
  ['cacheWrite30m', 'cache_write_30m'],
  ['cacheWrite1h', 'cache_write_1h'],
  ['cacheWrite12h', 'cache_write_12h'],
] as const;

type Counts = Readonly<Record<string, number | undefined>>;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const isTold = (counts: Counts): boolean => Object.values(counts).some((count) => count !== undefined);

/** Gathers what a tally is made of while the counts are read. */
class Tallying {
  readonly buckets: Bucket[] = [];
  readonly units = new Map<string, bigint>();
  readonly unreadable: string[] = [];
  readonly notes: string[] = [];

  /** Zero where nothing is told. */
  read(counts: Counts, group: string, field: string): bigint {
    const value = Object.hasOwn(counts, field) ? counts[field] : undefined;
    if (value === undefined) return 0n;
    if (Number.isSafeInteger(value) && value >= 0) return BigInt(value);
    this.unreadable.push(`${group}.${field}`);
    return 0n;
  }

  add(name: string, count: bigint, rates: readonly TokenRate[]): void {
    if (count > 0n) this.buckets.push({ name, count, rates });
  }

  addUnit(name: string, value: number): void {
    const count = Math.ceil(value);
    if (!Number.isSafeInteger(count) || count < 0) this.unreadable.push(`units.${name}`);
    else if (count > 0) this.units.set(name, larger(this.units.get(name) ?? 0n, BigInt(count)));
  }
}

export function tallyUsage(usage: Usage): Tally {
  const tallying = new Tallying();
  const { input, output } = chargedTokens(usage, tallying);
  const inputTotal = tallyInput(input, tallying);
  tallyOutput(output, tallying);
  tallyUnits(usage, tallying);
  const { buckets, units, unreadable, notes } = tallying;
  const knows = { input: isTold(input as Counts), output: isTold(output as Counts) };
  return { buckets, units, inputTotal, knows, unreadable, notes };
}

/** The counts that are charged. A provider that states its bill beside what the model read is charged by the bill. */
function chargedTokens(usage: Usage, tallying: Tallying): Pick<Usage, 'input' | 'output'> {
  const { billed, input } = usage;
  if (billed === undefined || Object.keys(billed).length === 0) return usage;
  tallying.notes.push('Charged by the counts that the provider says it bills.');
  const { input_tokens: text = 0, image_tokens: image = 0, output_tokens: total = 0 } = billed;
  const cacheRead = Math.min(input.cacheRead ?? 0, text + image);
  return { input: { total: text + image, image, cacheRead }, output: { total } };
}

/** Adds the buckets of the input, and returns how much input there was. */
function tallyInput(input: InputUsage, tallying: Tallying): bigint {
  const read = (field: keyof InputUsage) => tallying.read(input as Counts, 'input', field);
  const written = tallyCacheWrites(input, tallying);
  const cachedKinds = kinds.map((kind) => read(cacheReadFields[kind]));
  const cachedParts = cachedKinds.reduce((sum, count) => sum + count, read('cacheReadText'));
  const cached = larger(read('cacheRead'), cachedParts);
  const ofKinds = kinds.map((kind) => read(kind));
  const byKind = ofKinds.reduce((sum, count) => sum + count, read('text'));
  const byCache = read('uncached') + cached + written;
  const told = read('total');
  const total = larger(told, larger(byKind, byCache));
  const isPartial = input.uncached !== undefined && byCache < total;
  if (input.total !== undefined && (told < total || isPartial))
    tallying.notes.push('Parts of the input contradict its total; charged for the larger.');

  let room = total - cached - written;
  let cachedRoom = cached - cachedKinds.reduce((sum, count) => sum + count, 0n);
  for (const [index, kind] of kinds.entries()) {
    const toldCached = cachedKinds[index] as bigint;
    const outside = larger((ofKinds[index] as bigint) - toldCached, 0n);
    const fresh = smaller(outside, room);
    const isSplit = input[cacheReadFields[kind]] !== undefined;
    const unsplit = isSplit ? 0n : smaller(outside - fresh, cachedRoom);
    room -= fresh;
    cachedRoom -= unsplit;
    tallying.add(`input.${kind}`, fresh, inputRates[kind]);
    tallying.add(`input.${cacheReadFields[kind]}`, toldCached + unsplit, cacheReadRates[kind]);
  }
  tallying.add('input.uncached', room, ['input']);
  tallying.add('input.cacheRead', cachedRoom, ['cache_read', 'input']);
  return total;
}

/** Writes by life time, then those whose life time is not told. Returns all of them. */
function tallyCacheWrites(input: InputUsage, tallying: Tallying): bigint {
  let parts = 0n;
  for (const [field, rate] of lifeTimes) {
    const count = tallying.read(input as Counts, 'input', field);
    parts += count;
    tallying.add(`input.${field}`, count, [rate, 'cache_write']);
  }
  const told = tallying.read(input as Counts, 'input', 'cacheWrite');
  if (input.cacheWrite !== undefined && parts > told)
    tallying.notes.push('Cache writes by life time exceed their sum; charged for the larger.');
  const other = larger(told - parts, 0n);
  tallying.add('input.cacheWrite', other, ['cache_write', 'cache_write_5m']);
  return parts + other;
}

/** Reasoning, sound and pictures are parts of the total; predictions are too, and cost what other text does. */
function tallyOutput(output: OutputUsage, tallying: Tallying): void {
  const read = (field: keyof OutputUsage) => tallying.read(output as Counts, 'output', field);
  const [reasoning, audio, image, text, told] = [
    read('reasoning'),
    read('audio'),
    read('image'),
    read('text'),
    read('total'),
  ];
  const media = audio + image;
  // Some providers count reasoning as text too: only what no reading explains is a contradiction.
  const isExplained = text + media <= told && reasoning + media <= told;
  const total = isExplained ? told : larger(told, text + reasoning + media);
  if (output.total !== undefined && !isExplained)
    tallying.notes.push('Parts of the output contradict its total; charged for the larger.');
  tallying.add('output.text', total - reasoning - media, ['output']);
  tallying.add('output.reasoning', reasoning, ['output_thinking', 'output']);
  tallying.add('output.audio', audio, ['output_audio']);
  tallying.add('output.image', image, ['output_image']);
}

const billedTokens: ReadonlySet<string> = new Set(['input_tokens', 'output_tokens', 'image_tokens']);

function tallyUnits({ toolUnits = {}, billed = {}, input, iterations }: Usage, tallying: Tallying): void {
  for (const [name, count] of Object.entries(toolUnits)) tallying.addUnit(name, count);
  for (const [name, count] of Object.entries(billed)) {
    if (!billedTokens.has(name)) tallying.addUnit(name, count);
  }
  if (input.audioSeconds !== undefined) tallying.addUnit(audioSecondsUnit, input.audioSeconds);
  // Rounds of the model itself are in the totals; anything else that was billed one by one may not be.
  const isInTotals = (round: unknown) => (round as { type?: unknown } | null)?.type === 'message';
  if (iterations?.every(isInTotals) === false) tallying.unreadable.push('iterations');
}

/** The length of what the model heard, which is charged beside its tokens or instead of them. */
export const audioSecondsUnit = 'audio_seconds';
