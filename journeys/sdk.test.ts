/** Applications with our own SDK: everything that both faces must do alike, over a real gateway and in process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChatEvent,
  type Client,
  file,
  KeelsonError,
  OutputError,
  tool,
  withJsonSchema,
} from '@keelson/sdk';
import { fileAt } from '@keelson/sdk/node';
import * as valibot from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SdkHarness, startSdkHarness } from './sdk-harness.ts';
import { failureOf, until } from './until.ts';

let harness: SdkHarness;
beforeAll(async () => {
  harness = await startSdkHarness();
});
beforeEach(() => harness.simulator.reset());
afterAll(() => harness.close());

async function codeOf(failing: Promise<unknown>): Promise<string> {
  const failure = await failureOf(failing);
  if (!KeelsonError.is(failure)) throw failure;
  return failure.code;
}

describe.each(['remote', 'local'] as const)('%s', (face) => {
  let keelson: Client;
  beforeAll(() => {
    keelson = harness[face];
  });

  it('answers, and tells who answered, what it used and cost, and its receipt', async () => {
    const prompt = '[[reason: Hm.]] [[text: Fair winds, 順風 and 🌊.]] [[usage: input=20 output=9]]';
    const answer = await keelson.chat({ model: 'fast', system: 'Be brief.', prompt, temperature: 0.5 });
    expect(answer).toMatchObject({
      text: 'Fair winds, 順風 and 🌊.',
      stop: { unified: 'stop', raw: 'stop' },
      model: 'openai:gpt-4o',
      usage: { input: { total: 20 }, output: { total: 9 } },
      cost: { status: 'priced', dollars: '0.00014' },
      receiptId: expect.stringMatching(/^rcpt_[0-9a-f]{32}$/),
      attempts: [{ provider: 'openai', outcome: 'answered', status: 200 }],
      losses: [],
      call: { alias: 'fast', outcome: 'answered' },
    });
    expect(harness.simulator.requests).toMatchObject([
      { request: { system: [{ text: 'Be brief.' }], sampling: { temperature: 0.5 } } },
    ]);
  });

  it('goes on with a conversation', async () => {
    const first = await keelson.chat({ model: 'fast', prompt: '[[text: Ahoy.]]' });
    const second = await keelson.chat({ model: 'fast', turns: first.turns, prompt: '[[text: Aye.]]' });
    expect(second.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(harness.simulator.requests[1]?.request).toMatchObject({
      turns: [{ role: 'user' }, { role: 'assistant', parts: [{ text: 'Ahoy.' }] }, { role: 'user' }],
    });
  });

  it('streams events, then the same result', async () => {
    const stream = keelson.stream({ model: 'fast', prompt: '[[text: one two three]] [[chunks: 1ms]]' });
    const events: ChatEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events[0]).toMatchObject({ type: 'message-start' });
    expect(events.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ type: 'message-end', stop: { unified: 'stop' } });
    const told = { text: 'one two three', model: 'openai:gpt-4o', cost: { status: 'priced' } };
    expect(await stream.final).toMatchObject({ ...told, receiptId: expect.stringContaining('rcpt_') });
    expect(await codeOf((async () => stream[Symbol.asyncIterator]().next())())).toBe('invalid_request');
  });

  it('gives the result of a stream that nobody reads, and its text alone', async () => {
    const { text } = await keelson.stream({ model: 'fast', prompt: '[[text: one two]]' }).final;
    expect(text).toBe('one two');
    let read = '';
    const stream = keelson.stream({ model: 'fast', prompt: '[[text: one two]]' });
    for await (const piece of stream.text()) read += piece;
    expect(read).toBe('one two');
  });

  it('falls back, and says so', async () => {
    harness.simulator.script('[[fault: 503]]', { match: { dialect: 'openai-chat' } });
    const answer = await keelson.chat({ model: 'steady', prompt: '[[text: Aye.]]' });
    expect(answer).toMatchObject({
      text: 'Aye.',
      model: expect.stringContaining('anthropic:claude-haiku-4-5'),
      attempts: [
        { provider: 'openai', outcome: 'failed', error: 'provider_unavailable', status: 503 },
        { provider: 'anthropic', outcome: 'answered', reason: 'fallback' },
      ],
    });
    harness.simulator.script('[[fault: 503 retry-after=600]]', {
      match: { dialect: 'openai-chat' },
      times: 'always',
    });
    const failing = keelson.chat({ model: 'steady', prompt: 'Hi' }, { fallback: false });
    expect(await failureOf(failing)).toMatchObject({
      code: 'provider_unavailable',
      call: { outcome: 'failed', attempts: [{ provider: 'openai' }] },
    });
  });

  it('runs tools until the model answers', async () => {
    const asked: string[] = [];
    const weather = tool({
      description: 'Weather of a city.',
      input: z.object({ city: z.string() }),
      run: ({ city }, { id }) => {
        asked.push(city);
        return { city, sky: 'sunny', id };
      },
    });
    const prompt =
      '[[tool: weather {"city":"Paris"}]] [[tool: weather {"city":"Oslo"}]] [[then]] [[tool: weather {"town":1}]]';
    const answer = await keelson.chat({ model: 'fast', prompt, tools: { weather } });
    expect(asked).toEqual(['Paris', 'Oslo']);
    expect(answer.rounds).toHaveLength(2);
    const roles = answer.turns.map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant']);
    expect(answer.turns[4]).toMatchObject({ parts: [{ isError: true }] });
    expect(JSON.stringify(answer.turns[2])).toContain('sunny');
  });

  it('stops where a tool throws', async () => {
    const broken = tool({
      input: z.object({}),
      run: () => {
        throw new Error('the mast broke');
      },
    });
    const failing = keelson.chat({ model: 'fast', prompt: '[[tool: broken {}]]', tools: { broken } });
    expect(await failureOf(failing)).toMatchObject({
      code: 'invalid_request',
      tool: 'broken',
      message: 'The tool `broken` threw: the mast broke',
      cause: { message: 'the mast broke' },
    });
  });

  it('gives what a schema makes of the answer', async () => {
    const ship = z.object({ name: z.string(), masts: z.number().transform((masts) => masts * 2) });
    const { output } = await keelson.chat({
      model: 'fast',
      prompt: '[[json: {"name":"Argo","masts":1}]]',
      schema: ship,
    });
    expect(output).toEqual({ name: 'Argo', masts: 2 });
    expect(harness.simulator.requests[0]?.request).toMatchObject({
      outputFormat: { type: 'json-schema', schema: { properties: { masts: { type: 'number' } } } },
    });
    const plain = valibot.object({ name: valibot.string() });
    const told = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const schema = withJsonSchema(plain, told);
    const stream = keelson.stream({ model: 'fast', prompt: '[[json: {"name":"Argo"}]]', schema });
    expect((await stream.final).output).toEqual({ name: 'Argo' });
    expect(await failureOf(keelson.chat({ model: 'fast', prompt: 'Hi', schema: plain }))).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('valibot'),
      hint: expect.stringContaining('withJsonSchema'),
    });
  });

  it.each([
    '[[text: no JSON]]',
    '[[json: {"name":1}]]',
  ])('says what does not fit a schema: %s', async (prompt) => {
    const schema = z.object({ name: z.string() });
    const failure = await failureOf(keelson.chat({ model: 'fast', prompt, schema }));
    expect(failure).toBeInstanceOf(OutputError);
    expect(failure).toMatchObject({
      code: 'invalid_response',
      text: expect.stringMatching(/no JSON|"name"/),
    });
  });

  it('embeds', async () => {
    const { vectors, model, cost, usage } = await keelson.embed({
      model: 'embedder',
      inputs: ['one', 'two'],
    });
    expect(vectors).toHaveLength(2);
    expect(vectors[0]?.every((value) => typeof value === 'number')).toBe(true);
    expect([model, cost.status]).toEqual(['openai:text-embedding-3-small', 'priced']);
    expect(usage?.input.total).toBeGreaterThan(0);
  });

  it('puts documents in order', async () => {
    const documents = ['a house', 'a ship'];
    const { results, model } = await keelson.rerank({
      model: 'cohere:rerank-v4.0',
      query: 'ship',
      documents,
    });
    expect(results.map(({ index }) => index).toSorted()).toEqual([0, 1]);
    expect(model).toBe('cohere:rerank-v4.0');
  });

  it('counts tokens, and says when it only estimates', async () => {
    const ask = { prompt: 'one two three' };
    expect(await keelson.countTokens({ model: 'anthropic:claude-haiku-4-5', ...ask })).toEqual({
      inputTokens: 3,
      isEstimate: false,
    });
    expect(await keelson.countTokens({ model: 'fast', ...ask })).toMatchObject({ isEstimate: true });
  });

  it('explains, and lists what can be asked', async () => {
    const explained = await keelson.explain('steady');
    expect(explained).toMatchObject({ requested: 'steady', alias: 'steady' });
    expect(explained.candidates[0]).toMatchObject({ model: 'openai:gpt-4o', isKept: true });
    expect(await keelson.explain({ model: 'no-such' })).toMatchObject({ error: { code: 'model_not_found' } });
    const names = (await keelson.models()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['fast', 'openai:gpt-4o']));
    expect(harness.simulator.counts.requests).toBe(0);
  });

  it('verifies receipts, and finds a changed one out', async () => {
    const { receiptId } = await keelson.chat({ model: 'fast', prompt: '[[text: Aye.]]' });
    await expect
      .poll(() =>
        keelson.receipts.get(receiptId!).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await keelson.receipts.verify(receiptId!)).toEqual({ isValid: true, faults: [] });
    const proof = await keelson.receipts.get(receiptId!);
    const changed = { ...proof, receipt: { ...proof.receipt, workspace: 'else' } };
    const verdict = await keelson.receipts.verify(changed as typeof proof, await keelson.receipts.keys());
    expect(verdict).toMatchObject({ isValid: false, faults: [{ problem: 'receipt_changed' }] });
    expect(await codeOf(keelson.receipts.get(`rcpt_${'0'.repeat(32)}`))).toBe('not_found');
  });

  it('sends files, read once and again when they change', async () => {
    const path = join(harness.folder, `${face}.txt`);
    writeFileSync(path, 'first');
    const note = fileAt(path);
    const blob = file(new Blob([new Uint8Array([137, 80, 78, 71])], { type: 'image/png' }));
    await keelson.chat({ model: 'fast', prompt: [blob, note, 'What is it?'] });
    const before = await note.sha256();
    expect(await note.part()).toBe(await note.part());
    writeFileSync(path, 'second, and longer');
    expect(await note.sha256()).not.toBe(before);
    await keelson.chat({ model: 'fast', prompt: [note, 'And now?'] });
    const sent = harness.simulator.requests.map(({ request }) => JSON.stringify(request));
    expect(sent[0]).toContain('iVBORw==');
    expect(sent[1]).toContain('second, and longer');
    expect(await failureOf(fileAt('/nowhere/a.txt').part())).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it.each([
    ['bad-request', 'invalid_request'],
    ['unauthorized', 'provider_authentication_failed'],
    ['rate-limit retry-after=600', 'rate_limited'],
    ['context-too-long', 'context_too_long'],
    ['overloaded retry-after=600', 'provider_overloaded'],
  ])('keeps the code of an error: %s is %s', async (fault, code) => {
    const prompt = `[[fault: ${fault}]]`;
    expect(await codeOf(keelson.chat({ model: 'fast', prompt }))).toBe(code);
    expect(await codeOf(keelson.stream({ model: 'fast', prompt }).final)).toBe(code);
  });

  it('tells what came of a stream that breaks', async () => {
    const stream = keelson.stream({ model: 'fast', prompt: '[[long: 50]] [[fault: missing-end]]' });
    const events: ChatEvent[] = [];
    const reading = (async () => {
      for await (const event of stream) events.push(event);
    })();
    expect(await failureOf(reading)).toMatchObject({
      code: 'stream_interrupted',
      call: { outcome: 'failed' },
    });
    expect(events.length).toBeGreaterThan(2);
    expect(stream.message.parts).toHaveLength(1);
    expect(await codeOf(stream.final)).toBe('stream_interrupted');
  });

  it.each([
    ['before it is sent', 0],
    ['before the first event', 1],
  ])('ends when it is aborted %s', async (_, requests) => {
    const leaving = new AbortController();
    if (requests === 0) leaving.abort();
    const prompt = '[[delay: 60s]] [[text: late]]';
    const chat = codeOf(keelson.chat({ model: 'fast', prompt }, { signal: leaving.signal }));
    const stream = codeOf(keelson.stream({ model: 'fast', prompt }, { signal: leaving.signal }).final);
    await until(() => harness.simulator.counts.requests === 2 * requests, 'the requests to arrive');
    leaving.abort();
    expect([await chat, await stream]).toEqual(['cancelled', 'cancelled']);
    await until(() => harness.simulator.counts.hangUps === 2 * requests, 'the vendor to see it');
  });

  it('ends when it is aborted in the middle, and when its reader goes', async () => {
    const leaving = new AbortController();
    const prompt = '[[long: 500]] [[chunks: 20ms]]';
    const stream = keelson.stream({ model: 'fast', prompt }, { signal: leaving.signal });
    const reading = (async () => {
      for await (const event of stream) if (event.type === 'text-delta') leaving.abort();
    })();
    expect(await codeOf(reading)).toBe('cancelled');
    await until(() => harness.simulator.counts.hangUps === 1, 'the vendor to see it');
    const other = keelson.stream({ model: 'fast', prompt });
    for await (const event of other) if (event.type === 'text-delta') break;
    expect(await codeOf(other.final)).toBe('cancelled');
    await until(() => harness.simulator.counts.hangUps === 2, 'the vendor to see it again');
  });

  it('reads names by another profile, and gives what an alias sets', async () => {
    const dev = keelson.withProfile('dev');
    const answer = await dev.chat({ model: 'fast', prompt: '[[text: Aye.]]' });
    expect(answer).toMatchObject({ model: expect.stringContaining('anthropic:'), call: { profile: 'dev' } });
    expect((await keelson.chat({ model: 'fast', prompt: 'Hi' })).call).toMatchObject({ profile: 'default' });
    await dev.chat({ model: 'brief', prompt: 'Hi' });
    expect(harness.simulator.requests.at(-1)?.request).toMatchObject({ maxOutputTokens: 33 });
    expect((await dev.explain('fast')).candidates[0]?.model).toContain('anthropic:');
    const unknown = keelson.withProfile('dve').chat({ model: 'fast', prompt: 'Hi' });
    expect(await failureOf(unknown)).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('`dve`'),
      hint: expect.stringContaining('`dev`'),
    });
  });

  it('keeps calls of other libraries, and never fails by that', async () => {
    const call = { provider: 'openai', model: 'gpt-4o', inputTokens: 20, outputTokens: 9, origin: 'nightly' };
    const errors: unknown[] = [];
    await keelson.recordCall(call, (error) => errors.push(error));
    expect(errors).toEqual([]);
    await keelson.recordCall({ ...call, inputTokens: -1 }, (error) => errors.push(error));
    expect(errors).toMatchObject([{ code: 'invalid_request' }]);
    if (face === 'local') return;
    const { data } = await harness.kit.done('GET /usage/origins');
    expect(data).toMatchObject([expect.objectContaining({ origin: 'nightly', calls: 1, input_tokens: 20 })]);
  });

  it('refuses what makes no sense', async () => {
    expect(await codeOf(keelson.chat({ model: 'fast' }))).toBe('invalid_request');
    expect(await codeOf(keelson.chat({ model: 'no-such-alias', prompt: 'Hi' }))).toBe('model_not_found');
    const wrong = keelson.chat({ model: 'fast', prompt: 'Hi' }, { deadlineMs: -1 });
    expect(await codeOf(wrong)).toBe('invalid_request');
  });
});
