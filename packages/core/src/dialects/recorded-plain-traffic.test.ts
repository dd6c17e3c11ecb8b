/** Recorded embedding and reranking calls: what real clients and providers said must come out as it went in. */
import { describe, expect, it } from 'vitest';
import { type Json, jsonEqual } from '../json/index.ts';
import { type Asked, type PlainFormat, plainFormats } from './__fixtures__/plain-formats.ts';
import { hasCorpus, type Recording, readFolder, recordedFolders } from './__fixtures__/recorded-traffic.ts';

const jsonOf = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

function requestOf({ dialect }: PlainFormat, { path, query, requestHeaders, requestBody }: Recording): Asked {
  const body = jsonOf(requestBody);
  return dialect.inbound.parseRequest({ method: 'POST', path, query, headers: requestHeaders, body });
}

describe('recorded embedding and reranking calls', () => {
  it.skipIf(!hasCorpus)('are there for every format', () => {
    const missing = plainFormats.filter(({ folders }) => recordedFolders(folders).length === 0);
    expect(missing.map(({ dialect }) => dialect.name)).toEqual([]);
  });

  for (const one of plainFormats)
    for (const folder of recordedFolders(one.folders)) describeFolder(one, folder);
});

function describeFolder(one: PlainFormat, folder: string): void {
  const { dialect } = one;
  const recordings = readFolder(folder).filter((recording) => one.isOurs?.(recording) ?? true);
  const quirks = { ...dialect.quirks, ...one.quirksOf?.(folder) };

  describe(`${folder} (${recordings.length})`, () => {
    it('requests come out as they went in, and lose nothing', () => {
      for (const recording of recordings) {
        const { value, losses } = dialect.outbound.renderRequest(requestOf(one, recording), quirks);
        expectEqual(value.body, jsonOf(recording.requestBody), recording.file);
        expect(losses, recording.file).toEqual([]);
      }
    });

    it('answers come out as they went in, errors with their status', () => {
      for (const recording of recordings) {
        const { status, headers, body, file, path } = recording;
        const reply = { status, headers, body };
        if (status >= 400) {
          const error = dialect.outbound.parseError(reply);
          const again = dialect.inbound.renderError(error, { path });
          expect({ file, status: again.status, body: again.body }).toEqual({
            file,
            status,
            body: jsonOf(body),
          });
          expect(error.row.status >= 500, `${file}: ${error.code}`).toBe(status >= 500);
          continue;
        }
        const result = dialect.outbound.parseResponse(reply);
        const { value, losses } = dialect.inbound.renderResponse(result, requestOf(one, recording));
        expectEqual(value, jsonOf(body), file);
        expect(losses, file).toEqual([]);
      }
    });

    it('answers that tell a count give it a meaning', () => {
      for (const { status, headers, body, file } of recordings) {
        if (status >= 400 || !isCounted(body, headers)) continue;
        const { usage } = dialect.outbound.parseResponse({ status, headers, body });
        expect(usage?.input.total ?? usage?.billed, file).toBeDefined();
      }
    });
  });
}

function isCounted(body: string, headers: Recording['headers']): boolean {
  return /usage|billed|Count|token/i.test(body.slice(-400)) || 'x-amzn-bedrock-input-token-count' in headers;
}

/** Vectors are long; only the place of a difference is told. */
function expectEqual(value: unknown, expected: Json | undefined, file: string): void {
  const actual = JSON.parse(JSON.stringify(value)) as Json;
  if (jsonEqual(actual, expected as Json)) return;
  expect.fail(`${file}: ${shorten(actual)} instead of ${shorten(expected as Json)}`);
}

function shorten(value: Json): string {
  return JSON.stringify(value, (_key, entry: Json) => {
    return Array.isArray(entry) && entry.length > 3 ? [...entry.slice(0, 2), '…'] : entry;
  }).slice(0, 600);
}
