/**
 * Users of OpenAI's library who leave something at the vendor: files, batches and tuning jobs. Each workspace sees its own and
 * no other's; what a batch used is charged once.
 */
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PassingGateway, startPassing } from './passing-vendor.ts';
import { failureOf } from './until.ts';

let simulator: Simulator;
let gateway: PassingGateway;
let mine: OpenAI;
let theirs: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 6 });
  gateway = await startPassing(simulator, {
    keys: {
      other: { keyId: 'k2', workspace: 'w2' },
      narrow: { keyId: 'k3', workspace: 'w1', models: ['vendor:chat-1'] },
      whole: { keyId: 'k4', workspace: 'w1', models: ['vendor:*'] },
    },
  });
  mine = gateway.openai;
  theirs = gateway.clientFor('other');
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await gateway.end();
  await simulator.close();
});

const line = (id: number, body: object = {}) =>
  JSON.stringify({
    custom_id: `c${id}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'chat-1', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }], ...body },
  });
const upload = async (client: OpenAI, text: string, purpose: 'batch' | 'fine-tune' = 'batch') =>
  client.files.create({ file: await toFile(Buffer.from(text), 'input.jsonl'), purpose });
const submit = (client: OpenAI, input: string) =>
  client.batches.create({ input_file_id: input, endpoint: '/v1/chat/completions', completion_window: '24h' });

describe('files', () => {
  it('are left, listed, described, read to the byte, and removed', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128, 45, 45]);
    const file = await mine.files.create({ file: await toFile(bytes, 'odd.bin'), purpose: 'user_data' });
    expect(file).toMatchObject({ object: 'file', bytes: 7, filename: 'odd.bin' });
    expect(await gateway.lastRecord()).toMatchObject({
      endpoint: 'files',
      provider: 'vendor',
      outcome: 'answered',
      cost: { status: 'priced', nanoDollars: 0 },
    });
    const listed: string[] = [];
    for await (const { id } of mine.files.list()) listed.push(id);
    expect(listed).toContain(file.id);
    expect(await mine.files.retrieve(file.id)).toEqual(file);
    const content = await mine.files.content(file.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await mine.files.delete(file.id)).toMatchObject({ id: file.id, deleted: true });
    expect(await failureOf(mine.files.retrieve(file.id))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('are listed by pages and by purpose', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at++)
      ids.unshift((await upload(theirs, line(at), at === 2 ? 'fine-tune' : 'batch')).id);
    const listed: string[] = [];
    for await (const { id } of theirs.files.list({ limit: 2 })) listed.push(id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    const tuning: string[] = [];
    for await (const { id } of theirs.files.list({ limit: 1, purpose: 'fine-tune' })) tuning.push(id);
    expect(tuning).toEqual([ids[2]]);
    expect(await failureOf(theirs.files.list({ limit: 0 }))).toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('of another workspace are as if they were not there, and nothing is asked of the vendor', async () => {
    const file = await upload(mine, line(1));
    const { id } = await submit(mine, file.id);
    const before = simulator.counts.requests;
    const attempts = [
      () => theirs.files.retrieve(file.id),
      () => theirs.files.content(file.id),
      () => theirs.files.delete(file.id),
      () => submit(theirs, file.id),
      () => theirs.batches.retrieve(id),
      () => theirs.batches.cancel(id),
      () => theirs.fineTuning.jobs.create({ model: 'chat-1', training_file: file.id }),
    ];
    for (const attempt of attempts) expect(await failureOf(attempt())).toBeInstanceOf(OpenAI.NotFoundError);
    expect(simulator.counts.requests).toBe(before);
    const listed: string[] = [];
    for await (const each of theirs.files.list()) listed.push(each.id);
    for await (const each of theirs.batches.list()) listed.push(each.id);
    expect(listed).not.toContain(file.id);
    expect(listed).not.toContain(id);
    expect(await gateway.lastRecord()).toMatchObject({ workspace: 'w2', outcome: 'answered' });
  });

  it.each([
    ['narrow', OpenAI.PermissionDeniedError],
    ['wrong', OpenAI.AuthenticationError],
  ] as const)('a key that is %s may not', async (key, expected) => {
    expect(await failureOf(upload(gateway.clientFor(key), line(1)))).toBeInstanceOf(expected);
    expect(simulator.counts.requests).toBe(0);
  });

  it('a key for all of the provider may', async () => {
    expect((await upload(gateway.clientFor('whole'), line(1))).object).toBe('file');
  });

  it('a provider that is not there is told with those that are', async () => {
    const headers = { 'x-keelson-provider': 'elsewhere' };
    const seen = await failureOf(
      mine.files.create({ file: await toFile(Buffer.from('x'), 'x'), purpose: 'batch' }, { headers }),
    );
    expect(seen).toMatchObject({ status: 400, message: expect.stringContaining('`vendor`') });
  });

  it('what the vendor refuses is told in its words', async () => {
    simulator.fault('rate-limit', { rate: 1 });
    expect(await failureOf(upload(mine, line(1)))).toBeInstanceOf(OpenAI.RateLimitError);
    expect(await gateway.lastRecord()).toMatchObject({ endpoint: 'files', outcome: 'failed' });
  });
});

const settledRecord = async (model = 'vendor:chat-1') => {
  const { calls } = await gateway.storage.calls.list({ limit: 1000 });
  return calls.filter(({ endpoint, requestedModel }) => endpoint === 'batches' && requestedModel === model);
};

describe('batches', () => {
  it('end, and what they used is recorded, priced as a batch, and signed: once', async () => {
    const before = (await settledRecord()).length;
    const input = await upload(mine, `${line(1)}\n${line(2)}\n`);
    const { id } = await submit(mine, input.id);
    expect((await mine.batches.retrieve(id)).status).toBe('in_progress');
    const polls = await Promise.all([
      mine.batches.retrieve(id),
      mine.batches.retrieve(id),
      mine.batches.retrieve(id),
    ]);
    expect(polls.every(({ status }) => status === 'completed')).toBe(true);
    await gateway.records();
    const records = await settledRecord();
    expect(records).toHaveLength(before + 1);
    const [record] = records;
    const { prompt_tokens: read } = JSON.parse(
      (await (await mine.files.content(polls[0].output_file_id ?? '')).text()).split('\n')[0] ?? '',
    ).response.body.usage;
    expect(record).toMatchObject({
      workspace: 'w1',
      keyId: 'k1',
      provider: 'vendor',
      model: 'chat-1',
      usage: { input: { total: 2 * read }, output: { total: 8 } },
      cost: { status: 'priced', nanoDollars: 2 * (read * 500 + 4 * 1000) },
    });
    expect(await gateway.hasReceipt(record?.id ?? '')).toBe(true);
    const listed: string[] = [];
    for await (const each of mine.batches.list({ limit: 1 })) listed.push(each.id);
    expect(listed).toContain(id);
  });

  it('that are cancelled are charged for what they did', async () => {
    const before = (await settledRecord()).length;
    const { id } = await submit(mine, (await upload(mine, `${line(1)}\n${line(2)}`)).id);
    expect((await mine.batches.cancel(id)).status).toBe('cancelling');
    expect((await mine.batches.retrieve(id)).status).toBe('cancelled');
    await gateway.records();
    const [record, ...rest] = await settledRecord();
    expect(rest).toHaveLength(before);
    expect(record?.usage?.output.total).toBe(4);
  });

  it('whose output cannot be read yet are charged with a later question', async () => {
    const before = (await settledRecord()).length;
    const { id } = await submit(mine, (await upload(mine, line(1))).id);
    await mine.batches.retrieve(id);
    simulator.fault('server-error', { match: { dialect: 'files' } });
    await mine.batches.retrieve(id);
    await gateway.records();
    expect(await settledRecord()).toHaveLength(before);
    simulator.reset();
    await mine.batches.retrieve(id);
    await gateway.records();
    expect(await settledRecord()).toHaveLength(before + 1);
  });

  it('are refused where a budget does not cover them and those under way, and charged to it when they end', async () => {
    const budget = {
      id: 'batches',
      scope: 'workspace',
      subject: 'w2',
      measure: 'money',
      window: 'total',
    } as const;
    // A line may cost its text, 1,024 tokens around it at a dollar a million, and 100 at two: about 1.4 thousandths of a cent.
    await gateway.setBudgets([{ ...budget, limit: '0.002' }]);
    const input = await upload(theirs, line(1));
    const { id } = await submit(theirs, input.id);
    const seen = await failureOf(submit(theirs, input.id));
    expect(seen).toMatchObject({ status: 402, code: 'budget_exhausted' });
    await theirs.batches.retrieve(id);
    expect((await theirs.batches.retrieve(id)).status).toBe('completed');
    await gateway.records();
    await gateway.engine.limits?.flush();
    const [record] = await settledRecord();
    expect(record).toMatchObject({ workspace: 'w2', cost: { status: 'priced' } });
    const [window] = (await gateway.engine.limits?.windows('batches')) ?? [];
    expect(window?.settled).toBe(record?.cost.nanoDollars);
    // What was under way is free again.
    expect((await submit(theirs, input.id)).object).toBe('batch');
    await gateway.setBudgets([]);
  });

  it.each([
    ['no JSON', 'nothing', 'line by line'],
    ['no model', '{"url":"/v1/chat/completions","body":{}}', 'line by line'],
    ['no price', line(1, { model: 'unheard-of' }), 'has no price'],
  ])('with %s in a line are refused where a budget binds', async (_, text, says) => {
    const budget = {
      id: 'odd',
      scope: 'workspace',
      subject: 'w1',
      measure: 'money',
      window: 'total',
    } as const;
    await gateway.setBudgets([{ ...budget, limit: '100' }]);
    const seen = await failureOf(submit(mine, (await upload(mine, text)).id));
    expect((seen as Error).message).toContain(says);
    await gateway.setBudgets([]);
  });
});

describe('tuning jobs', () => {
  it('begin, tell how they go, and end; what they cost is not known, which is not free', async () => {
    const { id: training } = await upload(mine, '{"messages":[]}', 'fine-tune');
    const job = await mine.fineTuning.jobs.create({ model: 'chat-1', training_file: training });
    expect(job).toMatchObject({ object: 'fine_tuning.job', status: 'queued' });
    const record = await gateway.lastRecord();
    expect(record).toMatchObject({ endpoint: 'fine-tuning', cost: { status: 'unpriced' } });
    expect(await gateway.hasReceipt(record.id)).toBe(true);
    expect((await mine.fineTuning.jobs.retrieve(job.id)).status).toBe('running');
    const done = await mine.fineTuning.jobs.retrieve(job.id);
    expect(done.status).toBe('succeeded');
    expect(await (await mine.files.content(done.result_files[0] ?? '')).text()).toContain('loss');
    const messages: string[] = [];
    for await (const { message } of mine.fineTuning.jobs.listEvents(job.id)) messages.push(message);
    expect(messages).toEqual(['The job is succeeded.']);
    const listed: string[] = [];
    for await (const each of mine.fineTuning.jobs.list()) listed.push(each.id);
    expect(listed).toEqual([job.id]);
    const another = await mine.fineTuning.jobs.create({ model: 'chat-1', training_file: training });
    expect((await mine.fineTuning.jobs.cancel(another.id)).status).toBe('cancelled');
    expect(await failureOf(theirs.fineTuning.jobs.retrieve(job.id))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('are refused where a budget of money binds', async () => {
    const { id: training } = await upload(mine, '{"messages":[]}', 'fine-tune');
    const budget = {
      id: 'tuning',
      scope: 'workspace',
      subject: 'w1',
      measure: 'money',
      window: 'total',
    } as const;
    await gateway.setBudgets([{ ...budget, limit: '100' }]);
    const seen = await failureOf(mine.fineTuning.jobs.create({ model: 'chat-1', training_file: training }));
    expect(seen).toMatchObject({ code: 'unpriced_model' });
    await gateway.setBudgets([]);
  });
});
