// Whom each quirk concerns, found out by rendering: a caller of the format itself, or only requests of other formats. The page
// of the dialects says the same of every quirk, and routing relies on it to let a caller's bytes pass.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatRequest, Relay, Rendered, WireCall } from '../message/index.ts';
import { anyRequest } from './__fixtures__/arbitrary-conversation.ts';
import { plainCalls } from './__fixtures__/plain-calls.ts';
import { fieldCases, plainRequest } from './__fixtures__/request-fields.ts';
import { dialects, embedDialects, rerankDialects } from './index.ts';

/** Any dialect, whatever its requests and quirks are. */
interface Renderer {
  readonly quirks: object;
  readonly relay?: Relay;
  readonly outbound: { renderRequest(request: unknown, quirks: object): Rendered<WireCall> };
  readonly inbound: { parseRequest(call: WireCall): object };
}

type Values = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** Of every quirk the values besides its default. */
const chatQuirks: Readonly<Record<string, Values>> = {
  'openai-chat': {
    maxTokensField: ['max_tokens'],
    systemRole: ['developer'],
    reasoningField: ['reasoning_content', 'reasoning', 'reasoning_details'],
    thoughtSignatures: [true],
    topK: [true],
    askForUsage: [false],
    cacheMark: ['none', 'cache_control'],
    imagesInToolResults: [true],
  },
  'anthropic-messages': {
    defaultMaxTokens: [9],
    sampling: [false],
    outputFormatField: ['output_format'],
    systemTurns: [false],
    effort: ['budget'],
    pathStyle: ['invoke', 'raw-predict'],
  },
  'openai-responses': { systemRole: ['system'], encryptedReasoning: [false], cacheMark: [false] },
  'gemini-generate': {
    missingSignature: ['skip'],
    callIds: [false],
    effort: ['budget'],
    mediaInToolResults: [false],
    countTokens: ['flat'],
  },
  'bedrock-converse': {
    topK: ['inferenceConfig', 'none'],
    thinking: [false],
    effort: ['budget'],
    systemTurns: [false],
  },
  'mistral-chat': { callIds: ['any'], systemTurns: [false] },
  'cohere-chat': { textBesideCalls: ['content'] },
  'ollama-chat': { thinkLevels: [false], callIds: [false] },
  'ollama-generate': { thinkLevels: [false] },
  'openai-completions': { askForUsage: [false] },
};
const plainQuirks: Readonly<Record<string, Values>> = {
  'openai-embeddings': {
    dimensionsField: ['output_dimension'],
    purposeField: ['input_type', 'task'],
    documentWord: ['document', 'passage'],
    defaultPurpose: ['query', 'passage'],
    truncationField: ['truncation', 'truncate'],
    kindField: ['output_dtype', 'embedding_type'],
    tokenInputs: [false],
    partInputs: [true],
  },
  'cohere-embed': { defaultPurpose: ['search_query'], partInputs: [false], pathStyle: ['invoke'] },
  'gemini-embed': { method: ['predict', 'embedContent'] },
  'ollama-embed': { older: [true] },
  'cohere-rerank': {
    topField: ['top_k'],
    objectDocuments: [true],
    returnDocuments: [true],
    lengthField: ['truncation'],
  },
};

const prefixes: Readonly<Record<string, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'openai-completions': '/v1',
  'anthropic-messages': '/v1',
  'gemini-generate': '/v1beta',
  'mistral-chat': '/mistral/v1',
};

const requests: readonly Partial<ChatRequest>[] = [
  ...fieldCases.map(({ request }) => ({ ...plainRequest, ...request })),
  ...fc.sample(anyRequest, { numRuns: 60, seed: 7 }),
];

function settingsOf(values: Values): object[] {
  return Object.entries(values).flatMap(([name, others]) => others.map((value) => ({ [name]: value })));
}

/** Requests as callers of the format itself would send them, in each of the ways that hosts of it know. */
function ownCalls(name: string, dialect: Renderer): WireCall[] {
  const variants = [{}, ...settingsOf(chatQuirks[name] ?? {})];
  const asked = requests.flatMap((request) => [
    request,
    { ...request, stream: true },
    { ...request, purpose: 'count-tokens' as const },
  ]);
  return asked.flatMap((request) =>
    variants.flatMap((variant) => {
      const call = attempt(
        () => dialect.outbound.renderRequest(request, { ...dialect.quirks, ...variant }).value,
      );
      return call === undefined ? [] : [{ ...call, path: `${prefixes[name] ?? ''}${call.path}` }];
    }),
  );
}

function plainOwnCalls(name: string): WireCall[] {
  const calls = (plainCalls[name] ?? []).map(
    ({ path, body }): WireCall => ({ method: 'POST', path, query: {}, headers: {}, body }),
  );
  const [first] = calls;
  if (name !== 'openai-embeddings' || first === undefined) return calls;
  return [...calls, { ...first, body: { model: 'm', input: ['a ship'], input_type: 'document' } }];
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    // What a format cannot say at all, it refuses.
    return undefined;
  }
}

/** `bases`: what is set besides, because some quirks mean nothing without another. */
function reachingQuirks(
  dialect: Renderer,
  calls: readonly WireCall[],
  values: Values,
  bases: readonly object[],
): Set<string> {
  const reaching = new Set<string>();
  const own = new Set(calls.map((call) => JSON.stringify(call)));
  expect(own.size).toBeGreaterThan(0);
  for (const call of own) {
    const request = attempt(() => dialect.inbound.parseRequest(JSON.parse(call) as WireCall));
    if (request === undefined) continue;
    const render = (setting: object): string =>
      JSON.stringify(
        attempt(() => dialect.outbound.renderRequest(request, { ...dialect.quirks, ...setting }).value),
      ) ?? 'refused';
    for (const base of bases) {
      const usual = render(base);
      for (const setting of settingsOf(values)) {
        const [name = ''] = Object.keys(setting);
        if (name in base || reaching.has(name)) continue;
        if (render({ ...base, ...setting }) !== usual) reaching.add(name);
      }
    }
  }
  return reaching;
}

const page = readFileSync(new URL('../../../../docs/dialects.md', import.meta.url), 'utf8');

/** What the page says: by quirk, whom it concerns. */
function toldOf(name: string): Map<string, string> {
  const [, section = ''] = page.split(new RegExp(`^### \`${name}\`$`, 'm'));
  const rows = (section.split(/^### /m)[0] ?? '').matchAll(/^\| `(\w+)` \|.*\| (\w+) \|$/gm);
  return new Map([...rows].map(([, quirk = '', reach = '']) => [quirk, reach]));
}

const all: Readonly<Record<string, unknown>> = { ...dialects, ...embedDialects, ...rerankDialects };

test('every quirk of every dialect is tried', () => {
  const tried = { ...chatQuirks, ...plainQuirks };
  expect(Object.keys(tried).toSorted()).toEqual(Object.keys(all).toSorted());
  for (const [name, values] of Object.entries(tried)) {
    // One quirk has no default.
    const known = Object.keys((all[name] as Renderer).quirks);
    const named = Object.keys(values).filter((quirk) => quirk !== 'missingSignature');
    expect(named.toSorted(), name).toEqual(known.toSorted());
  }
});

test.each(Object.entries({ ...chatQuirks, ...plainQuirks }))(
  'the page says whom the quirks of %s concern',
  { timeout: 60_000 },
  (name, values) => {
    const dialect = all[name] as Renderer;
    const plain = plainCalls[name];
    const reaching =
      plain === undefined
        ? reachingQuirks(dialect, ownCalls(name, dialect), values, [{}])
        : reachingQuirks(dialect, plainOwnCalls(name), values, [{}, ...settingsOf(values)]);
    const found = Object.keys(values).map(
      (quirk) => [quirk, reaching.has(quirk) ? 'all' : 'others'] as const,
    );
    expect(toldOf(name)).toEqual(new Map(found));
    // Routing relies on it where bytes may pass.
    if (dialect.relay !== undefined) expect(new Set(dialect.relay.rewritingQuirks)).toEqual(reaching);
  },
);
