/** Heads that were published, as `keelson receipts heads export` writes them. */
import { readFile } from 'node:fs/promises';
import { type HeadAnchor, isJsonObject, type Json, KeelsonError } from '@keelson/core';

export const anchorFormat = 'keelson-heads';

export async function readAnchors(path: string): Promise<readonly HeadAnchor[]> {
  const value = parse(await readFile(path, 'utf8'), path);
  const anchors = isJsonObject(value) && value.format === anchorFormat ? value.anchors : undefined;
  if (!Array.isArray(anchors) || anchors.length === 0 || !anchors.every(isAnchor)) throw wrong(path);
  return anchors.map(({ log, seq, hash }) => ({ log, seq, hash }) as unknown as HeadAnchor);
}

function parse(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw wrong(path, error);
  }
}

function isAnchor(value: Json): value is { log: string; seq: number; hash: string } {
  if (!isJsonObject(value)) return false;
  const { log, seq, hash } = value;
  return (
    typeof log === 'string' &&
    Number.isSafeInteger(seq) &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
  );
}

function wrong(path: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `\`${path}\` holds no heads that were published.`, {
    hint: '`keelson receipts heads export --output FILE` writes such a file.',
    details: { field: 'anchor' },
    cause,
  });
}
