/** Recorded embedding and reranking calls: what real clients and providers said must come out as it went in. */
import { describe, expect, it } from 'vitest';
import { type Json, jsonEqual } from '../json/index.ts';
import type { CallDialect, Usage } from '../message/index.ts';
import { hasCorpus, type Recording, readFolder, recordedFolders } from './__fixtures__/recorded-traffic.ts';
import { embedDialects, rerankDialects } from './index.ts';

interface Asked {
  readonly dialect?: string;
}
interface Answered {
  readonly usage?: Usage;
}
type AnyDialect = CallDialect<Asked, Answered, object>;

interface Format {
  readonly dialect: AnyDialect;
  readonly folders: RegExp;
  readonly quirksOf?: (folder: string) => object;
}

const format = (dialect: unknown, folders: RegExp, quirksOf?: Format['quirksOf']): Format => ({
  dialect: dialect as AnyDialect,
  folders,
  ...(quirksOf && { quirksOf }),
});

const compatible = 'azure|copilot|doubleword|llamacpp|mistral|openai|openrouter|venice|voyage';
const formats: readonly Format[] = [
  format(embedDialects['openai-embeddings'], new RegExp(`^embeddings-(${compatible})$`)),
  format(embedDialects['cohere-embed'], /^embeddings-cohere$/),
  format(embedDialects['gemini-embed'], /^embeddings-(gemini|vertex)$/, (folder) =>
    folder === 'embeddings-vertex' ? { method: 'predict' } : {},
  ),
  format(embedDialects['ollama-embed'], /^embeddings-ollama$/),
  format(rerankDialects['cohere-rerank'], /^rerank-/),
];

const jsonOf = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

function requestOf({ dialect }: Format, { path, query, requestHeaders, requestBody }: Recording): Asked {
  const body = jsonOf(requestBody);
  return dialect.inbound.parseRequest({ method: 'POST', path, query, headers: requestHeaders, body });
}

describe('recorded embedding and reranking calls', () => {
  it.skipIf(!hasCorpus)('are read by one format each', () => {
    const folders = recordedFolders(/^(embeddings|rerank)-/);
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders)
      expect(
        formats.filter(({ folders: pattern }) => pattern.test(folder)),
        folder,
      ).toHaveLength(1);
  });

  for (const one of formats) for (const folder of recordedFolders(one.folders)) describeFolder(one, folder);
});

function describeFolder(one: Format, folder: string): void {
  const { dialect } = one;
  const recordings = readFolder(folder);
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
        const { status, headers, body, file } = recording;
        const reply = { status, headers, body };
        if (status >= 400) {
          const error = dialect.outbound.parseError(reply);
          const again = dialect.inbound.renderError(error);
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
        if (status >= 400 || !/usage|billed|Count|token/i.test(body.slice(-400))) continue;
        const { usage } = dialect.outbound.parseResponse({ status, headers, body });
        expect(usage?.input.total ?? usage?.billed, file).toBeDefined();
      }
    });
  });
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
