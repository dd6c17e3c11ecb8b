// Typed answers, judged by schemas and values made here: what a model wrote becomes exactly that value, or is asked for again.
import { type Json, type JsonObject, jsonEqual, schemaOfJson } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed, testEnvironment } from '../__fixtures__/index.ts';
import { prompt, runBlock } from '../index.ts';

interface Case {
  readonly schema: JsonObject;
  readonly value: Json;
  /** A value that the schema refuses. */
  readonly wrong: Json;
}

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'B', 'ö', ' ', '-', '.', '7', 'ß', '漢', '🙂'), maxLength: 12 }),
  fc.string({ maxLength: 10 }),
);
const name = fc.constantFrom('kind', 'note', 'total', 'isOpen', 'tags', 'inner', 'a b', 'x-1');

const leaf: fc.Arbitrary<Case> = fc.oneof(
  text.map((value) => ({ schema: { type: 'string' }, value, wrong: [{}, {}] })),
  fc.integer({ min: -1e9, max: 1e9 }).map((value) => ({ schema: { type: 'integer' }, value, wrong: 'many' })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .map((value) => ({ schema: { type: 'number' }, value: value === 0 ? 0 : value, wrong: 'some' })),
  fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value, wrong: 'perhaps' })),
  fc
    .constantFrom('bug', 'billing', 'other')
    .map((value) => ({ schema: { enum: ['bug', 'billing', 'other'] }, value, wrong: 'nonsense' })),
);
const { tree } = fc.letrec<{ tree: Case; object: Case; list: Case }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', maxDepth: 3 }, leaf, tie('list'), tie('object')),
  list: fc.tuple(leaf, fc.nat({ max: 4 })).map(([{ schema, value, wrong }, count]) => ({
    schema: { type: 'array', items: schema },
    value: Array.from({ length: count }, () => value),
    wrong: [wrong],
  })),
  object: fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }).map(objectOf),
}));
const object = fc.dictionary(name, tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true }).map(objectOf);

function objectOf(fields: Readonly<Record<string, Case>>): Case {
  const each = (read: (one: Case) => Json) =>
    Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, read(one)]));
  const required = Object.keys(fields);
  const schema = {
    type: 'object',
    properties: each((one) => one.schema),
    required,
    additionalProperties: false,
  };
  const [first = ''] = required;
  return {
    schema: schema as unknown as JsonObject,
    value: each((one) => one.value),
    wrong: { ...each((one) => one.value), [first]: (fields[first] as Case).wrong },
  };
}

/** How models spoil JSON without losing any of it; `at` is chance. */
const damages: Readonly<Record<string, (json: string, value: Json, at: number) => string>> = {
  'nothing at all': (json) => json,
  'a code fence': (json) => `\`\`\`json\n${json}\n\`\`\``,
  'prose around it': (json) => `Sure! Here it is:\n${json}\nAnything else?`,
  'laid out over lines': (_, value) => JSON.stringify(value, undefined, 2),
  'a stray comma': (json) => json.replace(/([}\]])$/, ',$1'),
  comments: (json) => json.replace(/^([{[])/, '$1 // as you wished\n').replace(/([}\]])$/, '/* done */ $1'),
  'quotes of the wrong kind': (_, value) => singleQuoted(value),
};

function singleQuoted(value: Json): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(singleQuoted).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `'${key}': ${singleQuoted(one as Json)}`)
    .join(', ')}}`;
}

/** Answers one after the other, and what the prompt made of them. */
async function ask(
  { schema }: Case,
  answers: readonly { readonly text: string; readonly isCut?: boolean }[],
  outputRetries = 2,
) {
  const prompts: string[] = [];
  const callModel = async ({ prompt: asked }: { readonly prompt: string }) => {
    const answer = answers[Math.min(prompts.length, answers.length - 1)] ?? { text: '' };
    prompts.push(asked);
    return { ...answer, inputTokens: 1, outputTokens: 1, nanoDollars: 10 };
  };
  const block = prompt('p', { model: 'm', output: schemaOfJson(schema), outputRetries });
  const environment = testEnvironment({ callModel });
  return { response: await runBlock(block, 'Go.', { environment }), prompts, environment };
}

describe('a typed answer', () => {
  it.each(
    Object.entries(damages),
  )('with %s is the value that was meant, at once or after one more question', async (kind, damage) => {
    let atOnce = 0;
    const cases = 120;
    await fc.assert(
      fc.asyncProperty(object, async (one) => {
        const json = JSON.stringify(one.value);
        const { response, prompts } = await ask(one, [{ text: damage(json, one.value, 0) }, { text: json }]);
        expect(
          response.success && jsonEqual(response.data as Json, one.value),
          `${damage(json, one.value, 0)}`,
        ).toBe(true);
        expect(response.metadata).toMatchObject({ attempt: 1, 'llm.attempt': prompts.length });
        expect(prompts.length).toBeLessThanOrEqual(2);
        if (prompts.length === 1) atOnce += 1;
      }),
      { numRuns: cases, seed: 3 },
    );
    // What has two readings may be asked for again; most of it has one.
    expect(atOnce / cases, kind).toBeGreaterThan(kind === 'quotes of the wrong kind' ? 0.8 : 0.99);
  });

  it('that was cut off anywhere is the value that was meant, or is asked for again', async () => {
    let again = 0;
    await fc.assert(
      fc.asyncProperty(
        object,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        async (one, share) => {
          const json = JSON.stringify(one.value);
          const cut = json.slice(0, Math.floor(json.length * share));
          const { response, prompts } = await ask(one, [{ text: cut, isCut: true }, { text: json }]);
          expect(response.success && jsonEqual(response.data as Json, one.value), cut).toBe(true);
          if (prompts.length > 1) again += 1;
        },
      ),
      { numRuns: 200, seed: 5 },
    );
    expect(again).toBe(200);
  });

  it('that is cut within a value is asked for again also where nobody said that it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[a-z]{5,20}$/),
        fc.integer({ min: 1, max: 4 }),
        async (value, at) => {
          const schema = { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] };
          const cut = `{"note":"${value.slice(0, at)}`;
          const { response, prompts } = await ask({ schema, value, wrong: 1 }, [
            { text: cut },
            { text: `{"note":"${value}"}` },
          ]);
          expect(response).toMatchObject({ success: true, data: { note: value } });
          expect(prompts).toHaveLength(2);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that the schema refuses is asked for again as often as may be, inside one attempt, and counted', async () => {
    await fc.assert(
      fc.asyncProperty(object, fc.nat({ max: 4 }), fc.nat({ max: 4 }), async (one, bad, outputRetries) => {
        const answers = [
          ...Array.from({ length: bad }, () => ({ text: JSON.stringify(one.wrong) })),
          { text: JSON.stringify(one.value) },
        ];
        const { response, prompts, environment } = await ask(one, answers, outputRetries);
        const calls = Math.min(bad, outputRetries) + 1;
        expect(prompts).toHaveLength(calls);
        expect(response.metadata).toMatchObject({
          attempt: 1,
          'llm.attempt': calls,
          'cost.calls': calls,
          'cost.nanoDollars': 10 * calls,
        });
        const { ok, failed: lost } = environment.stats.findStats('p@1@m') ?? {};
        const record = response.success ? ok : lost;
        expect([ok?.ms.n, lost?.ms.n]).toEqual(response.success ? [1, 0] : [0, 1]);
        expect(record?.calls.mean).toBe(calls);
        expect(response.success).toBe(bad <= outputRetries);
        if (response.success) expect(jsonEqual(response.data as Json, one.value)).toBe(true);
        else
          expect(failed(response)).toMatchObject({
            reason: 'schema_error',
            errorType: 'output',
            details: { tries: calls },
          });
        // Every question but the first says that there was something wrong, and begins with what was asked.
        for (const asked of prompts.slice(1))
          expect(asked).toMatch(/^Go\.\n\nYour previous answer was not valid/);
      }),
      { numRuns: 100, seed: 8 },
    );
  });
});
