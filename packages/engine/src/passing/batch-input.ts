/** The input file of a batch, as far as it tells what the batch can use at most: by model, how much is read and written. */
import { isJsonObject, type Json, type JsonObject } from '@keelson/core';

export interface BatchShare {
  readonly model: string;
  readonly requests: number;
  /** Of requests that hold nothing but text: a byte is never more than a token. */
  readonly textBytes: number;
  /** Requests of which only the model's context bounds what is read. */
  readonly boundless: number;
  /** The longest answers that were asked for, together. */
  readonly maxOutput: number;
  /** Requests that say nothing of how long their answer may be. */
  readonly endless: number;
}

type Counting = { -readonly [Field in keyof BatchShare]: BatchShare[Field] };

const mostModels = 20;
const linesAtOnce = 256;
const lineFeed = 0x0a;

/** Undefined where some line cannot be understood. `pause` lets others have their turn. */
export async function measureBatch(
  bytes: Buffer,
  isPlain: (body: JsonObject) => boolean,
  pause: () => Promise<void>,
): Promise<readonly BatchShare[] | undefined> {
  const shares = new Map<string, Counting>();
  let lines = 0;
  for (let from = 0; from < bytes.length; ) {
    const feed = bytes.indexOf(lineFeed, from);
    const end = feed === -1 ? bytes.length : feed;
    const line = bytes.toString('utf8', from, end).trim();
    from = end + 1;
    if (line === '') continue;
    if (!countLine(line, shares, isPlain) || shares.size > mostModels) return undefined;
    lines += 1;
    if (lines % linesAtOnce === 0) await pause();
  }
  return shares.size === 0 ? undefined : [...shares.values()];
}

function countLine(
  line: string,
  shares: Map<string, Counting>,
  isPlain: (body: JsonObject) => boolean,
): boolean {
  const asked = readLine(line);
  if (asked === undefined) return false;
  const { model, url, body } = asked;
  const share = shares.get(model) ?? emptyShare(model);
  shares.set(model, share);
  share.requests += 1;
  if (isPlain(body)) share.textBytes += Buffer.byteLength(line);
  else share.boundless += 1;
  if (url.endsWith('/embeddings') || url.endsWith('/moderations')) return true;
  const most = [body.max_completion_tokens, body.max_output_tokens, body.max_tokens].find(
    (count) => typeof count === 'number' && Number.isSafeInteger(count) && count > 0,
  );
  const answers = typeof body.n === 'number' && body.n > 1 ? Math.ceil(body.n) : 1;
  if (most === undefined) share.endless += answers;
  else share.maxOutput += (most as number) * answers;
  return true;
}

function emptyShare(model: string): Counting {
  return { model, requests: 0, textBytes: 0, boundless: 0, maxOutput: 0, endless: 0 };
}

interface AskedLine {
  readonly model: string;
  readonly url: string;
  readonly body: JsonObject;
}

function readLine(line: string): AskedLine | undefined {
  try {
    const { url, body } = JSON.parse(line) as { url?: Json; body?: Json };
    if (!isJsonObject(body ?? null) || typeof url !== 'string') return undefined;
    const fields = body as JsonObject;
    return typeof fields.model === 'string' ? { model: fields.model, url, body: fields } : undefined;
  } catch {
    return undefined;
  }
}
