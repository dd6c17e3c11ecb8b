// Recording and replaying: what was asked is answered again, in the same time and order, without anybody to ask.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  all,
  type Block,
  type CallModel,
  each,
  fail,
  fallback,
  getData,
  type HttpQuestion,
  type Json,
  KeelsonError,
  race,
  retry,
  type SendHttp,
  seq,
  step,
} from '@keelson/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../observability/index.ts';
import { failed } from '../__fixtures__/index.ts';
import {
  type BlockEnvironment,
  createEnvironment,
  estimateRun,
  http,
  pause,
  prompt,
  type RunEvent,
  recordRuns,
  replayRuns,
  runBlock,
} from '../index.ts';

let above: string;
beforeAll(() => {
  above = mkdtempSync(join(tmpdir(), 'keelson-recordings-'));
});
afterAll(() => rmSync(above, { recursive: true }));
let folders = 0;
const newFolder = (): string => {
  folders += 1;
  return join(above, `${folders}`, 'recordings');
};

const plain = { inputTokens: 10, outputTokens: 20, nanoDollars: 5000 };
const echo: CallModel = async ({ prompt: text }) => ({ ...plain, text: `about ${text}` });
const prices = {
  nanoDollarsPerInputToken: 1,
  nanoDollarsPerOutputToken: 2,
  nanoDollarsPerCall: 3,
  contextTokens: 4000,
  answersPaid: 2,
};
const live = (given: Partial<BlockEnvironment> = {}): BlockEnvironment =>
  createEnvironment({ callModel: echo, findModel: () => prices, ...given });

const ask = (name: string, given: { model?: string; system?: string } = {}) =>
  prompt(name, { model: 'fast', ...given });
const filesOf = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !/^(recording|alias)\./.test(name));
const contentOf = (folder: string): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

/** A run with its events, through an environment. */
async function follow<Payload>(
  block: Block<Payload, unknown>,
  payload: Payload,
  environment: BlockEnvironment,
) {
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  return { response: await runBlock(block, payload, { environment, onEvent }), events };
}

describe('a recorded run', () => {
  const Answer = z.object({ score: z.number() });
  const score = prompt('score', { model: 'fast', system: 'Be brief.\nBe kind.', output: Answer });
  const post = http<unknown>('post', {
    method: 'POST',
    request: (body) => ({ url: 'https://host.example/scores?token=tok-secret', body: body as never }),
  });
  const wait = pause<string>('wait', 3_600_000);
  const noted = step('noted', async (value: unknown, scope) => {
    scope.note('test.now', scope.now());
    return value;
  });
  const flow = seq(
    'flow',
    all('gather', { score, other: ask('other'), last: ask('last', { model: 'slow' }) }),
    post,
    noted,
  );
  const answers: CallModel = async (call) => {
    await systemClock.sleep(call.alias === 'slow' ? 30 : 10);
    if (call.jsonSchema === undefined) {
      for (const piece of ['so ', 'and ', 'so']) call.onText?.(piece);
      return { ...plain, text: 'so and so', model: 'm-1', callId: 'call-1' };
    }
    const isFirst = !call.prompt.includes('previous');
    return { ...plain, text: isFirst ? 'no idea\nreally' : '{"score":7}' };
  };
  const sent: HttpQuestion[] = [];
  const sendHttp: SendHttp = async (question) => {
    sent.push(question);
    return { outcome: 'answered', status: 200, text: '{"kept":12345678901234567890}' };
  };

  it('is the same when it is replayed: outputs, costs, times, ids and every event', async () => {
    const folder = newFolder();
    const recorded = await follow(flow, 'me', recordRuns(folder, live({ callModel: answers, sendHttp })));
    expect(getData(recorded.response)).toEqual({ kept: Number('12345678901234567890') });
    const one = await follow(flow, 'me', replayRuns(folder));
    const other = await follow(flow, 'me', replayRuns(folder));
    expect(one.response).toEqual(recorded.response);
    expect(one.events).toEqual(recorded.events);
    expect(other).toEqual(one);
    expect(one.events.filter(({ type }) => type === 'text-delta').length).toBe(6);
    expect(one.response.metadata['cost.nanoDollars']).toBe(20_000);
    expect(one.response.metadata.durationMs).toBeGreaterThan(10);
  });

  it('takes no time, however long it waited', async () => {
    const folder = newFolder();
    const slow = seq('slow', ask('one'), wait, ask('two'));
    const driver = {
      ...systemClock,
      sleep: async (ms: number) => {
        if (ms > 1000) return;
        await systemClock.sleep(ms);
      },
    };
    const recorded = await follow(slow, 'x', recordRuns(folder, live({ clock: driver })));
    expect(recorded.response.success, JSON.stringify(recorded.response)).toBe(true);
    const started = systemClock.elapsed();
    const replayed = await follow(slow, 'x', replayRuns(folder));
    expect(systemClock.elapsed() - started).toBeLessThan(60_000);
    expect(replayed).toEqual(recorded);
    expect(replayed.response.metadata.durationMs).toBeGreaterThan(3_600_000);
  });

  it('is a folder that people can read and others cannot', async () => {
    const folder = newFolder();
    await follow(flow, 'me', recordRuns(folder, live({ callModel: answers, sendHttp })));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const names = readdirSync(folder).map((name) => name.replace(/\.[0-9a-f]{12}\./, '.HASH.'));
    expect(names).toEqual(
      expect.arrayContaining(['alias.fast.json', 'alias.slow.json', 'recording.json', 'post.HASH.1.json']),
    );
    expect(names.length).toBe(8);
    const first = filesOf(folder)
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>)
      .find(({ answer }) => Array.isArray((answer as { text: unknown }).text));
    expect(first).toMatchObject({
      version: 1,
      kind: 'model',
      block: 'score',
      occurrence: 1,
      question: { alias: 'fast', system: ['Be brief.', 'Be kind.'], prompt: 'me', temperature: 0 },
      answer: { text: ['no idea', 'really'], nanoDollars: 5000 },
    });
  });

  it('holds no credentials of requests, and is found with others', async () => {
    const folder = newFolder();
    const secretive = http<unknown>('secretive', {
      method: 'PUT',
      idempotencyHeader: 'idempotency-key',
      request: () => ({
        url: 'https://me:pw-secret@host.example/a?q=1&apiKey=k-secret&X-Amz-Signature=s-secret',
        headers: {
          Authorization: 'Bearer b-secret',
          cookie: 'c-secret',
          'X-Api-Key': 'x-secret',
          'If-Match': 'v1',
        },
        body: 'text',
      }),
    });
    const recorded = await follow(secretive, 1, recordRuns(folder, live({ sendHttp })));
    expect(recorded.response.success).toBe(true);
    expect(sent.at(-1)?.headers.Authorization).toBe('Bearer b-secret');
    const content = contentOf(folder);
    expect(content).not.toContain('secret@');
    expect(content).not.toMatch(/[a-z]+-secret/);
    expect(content).toContain('https://host.example/a?q=1&apiKey=removed&X-Amz-Signature=removed');
    expect(content).toContain('"if-match": "v1"');
    const without = http<unknown>('secretive', {
      method: 'PUT',
      request: () => ({ url: 'https://host.example/a?q=1&apiKey=&X-Amz-Signature=', body: 'text' }),
    });
    const replay = replayRuns(folder);
    expect(getData(await runBlock(without, 1, { environment: replay }))).toEqual({
      kept: Number('12345678901234567890'),
    });
    expect(replay.unused()).toEqual([]);
  });
});

describe('what is asked', () => {
  it('is answered whatever the order, by how many times its run has asked it', async () => {
    const folder = newFolder();
    let count = 0;
    const callModel: CallModel = async ({ prompt: text }) => {
      count += 1;
      return { ...plain, text: `${text} ${count}` };
    };
    const inOrder = (texts: readonly string[]) =>
      step('in-order', async (_: unknown, scope) => {
        const answers: string[] = [];
        for (const [at, text] of texts.entries())
          answers.push(getData(await scope.call(`n${at}`, ask('a'), text)));
        return answers;
      });
    const environment = recordRuns(folder, live({ callModel }));
    const recorded = await runBlock(inOrder(['x', 'y', 'x']), 0, { environment });
    expect(getData(recorded)).toEqual(['x 1', 'y 2', 'x 3']);
    const replay = replayRuns(folder);
    // Each run counts for itself.
    for (const _ of [1, 2])
      expect(getData(await runBlock(inOrder(['y', 'x', 'x']), 0, { environment: replay }))).toEqual([
        'y 2',
        'x 1',
        'x 3',
      ]);
    const third = failed(await runBlock(inOrder(['x', 'x', 'x']), 0, { environment: replay }));
    expect(third.reason).toBe('call_not_recorded');
    expect(replay.missing()).toEqual([
      expect.stringContaining('the same for the 3rd time in its run, and that is recorded only 2 times'),
    ]);
  });

  it('is not asked again of the model, but what was deleted or is new is', async () => {
    const folder = newFolder();
    const asked: string[] = [];
    const callModel: CallModel = async (call) => {
      asked.push(call.prompt);
      return echo(call);
    };
    const list = each('list', ask('about'));
    const record = async (...texts: string[]) =>
      getData(await runBlock(list, texts, { environment: recordRuns(folder, live({ callModel })) }));
    await record('one', 'two');
    expect(await record('two', 'one', 'three')).toEqual(['about two', 'about one', 'about three']);
    expect(asked).toEqual(['one', 'two', 'three']);
    const two = filesOf(folder).find((name) => readFileSync(join(folder, name), 'utf8').includes('"two"'))!;
    rmSync(join(folder, two));
    const environment = recordRuns(folder, live({ callModel }));
    expect(environment.unused().length).toBe(2);
    await runBlock(list, ['two', 'three'], { environment });
    expect(asked).toEqual(['one', 'two', 'three', 'two']);
    expect(environment.unused()).toEqual([
      expect.stringMatching(/^about\.\w+\.1\.json: `about` did not ask `fast` for this\.$/),
    ]);
    expect(environment.missing()).toEqual([]);
  });

  it('may be cut in the middle of a character, empty, or anything that JSON can say', async () => {
    const folder = newFolder();
    const texts = [
      'a\ud83d',
      '',
      '\n\n',
      '{"a":1}',
      '{ "a": 1 }',
      '[1e999]',
      '{"__proto__":1}',
      '\r\n\u2028',
      '"x"',
    ];
    const callModel: CallModel = async ({ prompt: text, onText }) => {
      onText?.(text);
      return { ...plain, text };
    };
    const list = each('list', ask('same'));
    await runBlock(list, texts, { environment: recordRuns(folder, live({ callModel })) });
    const replay = replayRuns(folder);
    expect(getData(await runBlock(list, texts, { environment: replay }))).toEqual(texts);
    expect(replay.unused()).toEqual([]);
  });
});

describe('a failure', () => {
  it.each([
    [
      'of the pipeline',
      () => new KeelsonError('rate_limited', 'Too many.', { details: { retryAfterMs: 2000, model: 'm' } }),
    ],
    ['of code of ours', () => fail('tool', 'stock_unknown', { item: 7 }, 'not_started')],
    ['that nobody foresaw', () => new TypeError('text-secret of somebody')],
  ])('%s is the same when it is replayed', async (_, make) => {
    const folder = newFolder();
    const callModel: CallModel = async ({ onText }) => {
      onText?.('half an');
      throw make();
    };
    const block = ask('failing').recover(retry({ maxAttempts: 3, delayMs: 1000, on: ['llm.rate_limit'] }));
    const driver = { ...systemClock, sleep: async () => {} };
    const recorded = await follow(block, 'x', recordRuns(folder, live({ callModel, clock: driver })));
    expect(failed(recorded.response).reason).not.toBe('call_not_recorded');
    const replay = replayRuns(folder);
    const replayed = await follow(block, 'x', replay);
    expect(replayed).toEqual(recorded);
    expect(replayed.events.some((event) => event.type === 'text-delta' && event.delta === 'half an')).toBe(
      true,
    );
    expect(replay.unused()).toEqual([]);
    expect(contentOf(folder)).not.toContain('secret');
  });

  it('of a host is the same when it is replayed', async () => {
    const folder = newFolder();
    const outcomes = [
      { outcome: 'unreachable' },
      { outcome: 'rate_limited', status: 429, retryAfterMs: 1500 },
      { outcome: 'answered', status: 201, text: 'made\nit' },
    ] as const;
    let count = 0;
    const sendHttp: SendHttp = async () => outcomes[count++]!;
    const post = http<Json>('post', {
      method: 'POST',
      request: (body) => ({ url: 'https://h.example/', body }),
    });
    const block = post.recover(retry({ maxAttempts: 3, jitter: false }));
    const driver = { ...systemClock, sleep: async () => {} };
    const recorded = await follow(block, { a: 1 }, recordRuns(folder, live({ sendHttp, clock: driver })));
    expect(getData(recorded.response)).toBe('made\nit');
    expect(filesOf(folder).length).toBe(3);
    expect(await follow(block, { a: 1 }, replayRuns(folder))).toEqual(recorded);
  });
});

describe('what nobody waits for', () => {
  const slowly =
    (ms: number): CallModel =>
    async ({ signal, prompt: text }) => {
      await systemClock.sleep(ms, signal);
      return { ...plain, text };
    };

  it('ends in the same deadline', async () => {
    const folder = newFolder();
    const block = prompt('slow', { model: 'fast', limits: { timeoutMs: 20 } });
    const recorded = await follow(block, 'x', recordRuns(folder, live({ callModel: slowly(60_000) })));
    expect(failed(recorded.response).reason).toBe('deadline_exceeded');
    const replay = replayRuns(folder);
    const replayed = await follow(block, 'x', replay);
    expect(replayed.response).toEqual(recorded.response);
    expect(replayed.events).toEqual(recorded.events);
    const hasty = replayRuns(folder, { clock: { ...systemClock, sleep: async () => {} } });
    const patient = failed(await runBlock(ask('slow'), 'x', { environment: hasty }));
    expect(patient).toMatchObject({ reason: 'call_not_recorded', details: { block: 'slow' } });
    expect(hasty.missing()).toEqual([expect.stringMatching(/left after 2\d(\.\d+)? ms without an answer/)]);
    // Asked again where somebody waits for it; and then the deadline is still one.
    const environment = recordRuns(folder, live({ callModel: slowly(50) }));
    expect(getData(await runBlock(ask('slow'), 'x', { environment }))).toBe('x');
    expect(filesOf(folder).length).toBe(1);
    const again = replayRuns(folder);
    expect(failed(await runBlock(block, 'x', { environment: again })).reason).toBe('deadline_exceeded');
    expect(getData(await runBlock(ask('slow'), 'x', { environment: again }))).toBe('x');
  });

  it('loses the same race', async () => {
    const folder = newFolder();
    const callModel: CallModel = (call) => slowly(call.alias === 'fast' ? 5 : 60_000)(call);
    const block = race('either', { slow: ask('slow', { model: 'slow' }), quick: ask('quick') });
    const recorded = await follow(block, 'x', recordRuns(folder, live({ callModel })));
    expect(recorded.response.metadata.source).toBe('quick');
    const replayed = await follow(block, 'x', replayRuns(folder));
    expect(replayed).toEqual(recorded);
  });

  it('is really waited for where code hangs, and not a moment sooner', async () => {
    const folder = newFolder();
    await runBlock(ask('a'), 'x', { environment: recordRuns(folder, live()) });
    const hanging = step('hanging', () => new Promise(() => {}), { limits: { timeoutMs: 30 } });
    const read = async (text: string) => {
      await systemClock.sleep(20);
      return text;
    };
    const busy = step('busy', read, { limits: { timeoutMs: 30_000 } });
    const environment = replayRuns(folder);
    expect(failed(await runBlock(hanging, 0, { environment })).reason).toBe('deadline_exceeded');
    expect(getData(await runBlock(seq('s', busy, ask('a')), 'x', { environment }))).toBe('about x');
  });
});

describe('a call that is not recorded', () => {
  const two = (text: string, given: { model?: string } = {}) =>
    seq(
      'flow',
      ask('first'),
      prompt('second', {
        ...{ model: 'fast', ...given },
        template: (_: string) => `Dear model,\n${text}\nBye.`,
      }),
    );
  const record = async () => {
    const folder = newFolder();
    await runBlock(two('write a poem'), 'x', { environment: recordRuns(folder, live()) });
    return folder;
  };

  it('says which node asks, what is nearest and where the two part, and how to record it', async () => {
    const folder = await record();
    const heard: unknown[] = [];
    const replay = replayRuns(folder, { debugSink: (thrown) => heard.push(thrown) });
    const failure = failed(await runBlock(two('write a song'), 'x', { environment: replay }));
    const [file] = filesOf(folder).filter((name) => name.startsWith('second'));
    expect(failure).toMatchObject({
      reason: 'call_not_recorded',
      errorType: 'internal',
    });
    expect(failure.details).toMatchObject({
      block: 'second',
      node: 'second',
      nearest: file,
      field: 'prompt',
      line: 2,
      asked: '"write a song"',
      recorded: '"write a poem"',
      hint: expect.stringContaining('recordRuns('),
    });
    expect(replay.missing()).toEqual([
      `\`second\` asks \`fast\` what is not recorded. Nearest is ${file}, where line 2 of \`prompt\` is "write a poem" and ` +
        `not "write a song". Run it once with \`recordRuns('${folder}', environment)\`, which records what is missing; then delete ${file} if nobody needs it any more.`,
    ]);
    expect(String(heard[0])).toContain('line 2 of `prompt`');
    expect(replay.unused()).toEqual([expect.stringContaining(`${file}: \`second\` did not ask \`fast\``)]);
  });

  it.each([
    ['another alias', two('write a poem', { model: 'slow' }), 'where `alias` is "fast" and not "slow"'],
    ['more lines', two('write a poem\nor two'), 'where line 3 of `prompt` is "Bye." and not "or two"'],
    [
      'a long line',
      two(`write a poem${' long'.repeat(100)}`),
      'where line 2 of `prompt` is "write a poem" and not "write a poem long',
    ],
    [
      'other bounds',
      prompt('first', { model: 'fast', maxOutputTokens: 7 }),
      'where `maxOutputTokens` is 1024 and not 7',
    ],
    [
      'a system prompt',
      ask('first', { system: 'Be brief.' }),
      'where `system` is absent and not "Be brief."',
    ],
    [
      'a request',
      http<string>('get', { method: 'GET', request: () => ({ url: 'https://h.example/?key=k-secret' }) }),
      'GET https://h.example/?key=removed, and no request is recorded',
    ],
  ])('differs by %s', async (_, block, says) => {
    const replay = replayRuns(await record());
    failed(await runBlock(block, 'x', { environment: replay }));
    expect(replay.missing().join('\n')).toContain(says);
  });

  it('cannot be recovered from, by whatever else is recorded', async () => {
    const folder = await record();
    const spare = ask('spare', { model: 'fast' });
    await runBlock(spare, 'y', { environment: recordRuns(folder, live()) });
    const stubborn = step('stubborn', async (_: string, scope) => {
      const first = await scope.call('first', ask('first').recover(retry()), 'unknown');
      const other = await scope.call('spare', spare, 'y');
      return [first.success, getData(other)];
    });
    const replay = replayRuns(folder);
    const failure = failed(await runBlock(stubborn, 'x', { environment: replay }));
    expect(failure).toMatchObject({ reason: 'call_not_recorded', details: { block: 'first' } });
    expect(getData(await runBlock(spare, 'y', { environment: replay }))).toBe('about y');
    const lax = ask('first', { model: 'gone' }).recover(fallback('fast'));
    expect(failed(await runBlock(lax, 'x', { environment: replay })).reason).toBe('call_not_recorded');
  });

  it('is told of what an estimate would have to know', async () => {
    const folder = await record();
    const replay = replayRuns(folder);
    const environment = live();
    expect(estimateRun(two('write a poem'), 'x', replay)).toEqual(
      estimateRun(two('write a poem'), 'x', environment),
    );
    expect(replay.missing()).toEqual([]);
    estimateRun(ask('a', { model: 'other/Alias' }), 'x', replay);
    expect(replay.missing()).toEqual([expect.stringContaining('the alias `other/Alias` is not recorded')]);
    estimateRun(
      ask('a', { model: 'other/Alias' }),
      'x',
      recordRuns(folder, live({ findModel: () => undefined })),
    );
    const again = replayRuns(folder);
    expect(again.findModel('other/Alias')).toBeUndefined();
    expect(again.missing()).toEqual([]);
  });
});

describe('a folder', () => {
  it('that holds no recording is refused', () => {
    const folder = newFolder();
    expect(() => replayRuns(folder)).toThrow(`There is no recording in \`${folder}\`.`);
  });

  it('with files that are none of ours, torn, or from the future names each of them', async () => {
    const folder = newFolder();
    await runBlock(ask('a'), 'x', { environment: recordRuns(folder, live()) });
    const [file = ''] = filesOf(folder);
    const good = readFileSync(join(folder, file), 'utf8');
    const call = JSON.parse(good) as Record<string, unknown>;
    const put = (name: string, value: unknown) =>
      writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
    put('torn.json', good.slice(0, good.length / 2));
    put('conflict.json', `<<<<<<< HEAD\n${good}`);
    put('future.json', { ...call, version: 2, news: true });
    put('foreign.json', { name: 'package', version: '1.0.0' });
    put('half.json', { ...call, answer: undefined, mss: 7 });
    put('copy.json', call);
    put('alias.fast.json', { version: 1, alias: 'fast', facts: { nanoDollarsPerInputToken: -1 } });
    put('failed.json', { ...call, answer: undefined, failure: { code: 'no_such_code', message: 'x' } });
    put('README.md', 'Not looked at.');
    put('.half.draft', good.slice(0, 10));
    const error = (() => {
      try {
        return replayRuns(folder) as never;
      } catch (thrown) {
        return thrown as KeelsonError;
      }
    })();
    expect(KeelsonError.is(error) && error.code).toBe('configuration_invalid');
    expect(error.message).toMatch(/torn\.json: The file is not valid JSON at line \d+/);
    expect(error.message).toMatch(/conflict\.json: The file is not valid JSON at line 1/);
    expect(error.message).toContain(
      'future.json: it is of version 2, and this Keelson reads up to 1; update Keelson',
    );
    expect(error.message).toContain('foreign.json: it is no file of a recording');
    expect(error.message).toMatch(/half\.json: .*"mss".*must have either/);
    expect(error.message).toContain('alias.fast.json: `facts` must have both prices');
    expect(error.message).toMatch(/failed\.json: .*failure/);
    expect(error.message).toContain(`${file} and copy.json answer the same question; delete one of them`);
    expect(error.message).not.toContain('README');
    expect(error.hint).toContain('recordRuns');
    expect(() => recordRuns(folder, live())).toThrow(/torn\.json/);
    put('recording.json', { version: 1, startsAt: 'soon', seed: 's' });
    expect(() => replayRuns(folder)).toThrow(/recording\.json: `startsAt` is no time/);
  });

  it('may be mended by hand: another answer is the answer', async () => {
    const folder = newFolder();
    const callModel: CallModel = async ({ onText }) => {
      for (const piece of ['one ', 'two']) onText?.(piece);
      return { ...plain, text: 'one two' };
    };
    await runBlock(ask('a'), 'x', { environment: recordRuns(folder, live({ callModel })) });
    const [file = ''] = filesOf(folder);
    const text = readFileSync(join(folder, file), 'utf8').replace('"one two"', '"one three"');
    writeFileSync(join(folder, 'renamed.json'), text);
    rmSync(join(folder, file));
    const { response, events } = await follow(ask('a'), 'x', replayRuns(folder));
    expect(getData(response)).toBe('one three');
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []))).toEqual([
      'one ',
      'three',
    ]);
  });

  it('may be mended by hand: another question is another call', async () => {
    const folder = newFolder();
    const record = (text: string) => runBlock(ask('a'), text, { environment: recordRuns(folder, live()) });
    await record('x');
    const [file = ''] = filesOf(folder);
    const mended = readFileSync(join(folder, file), 'utf8').replace('"prompt": "x"', '"prompt": "y"');
    writeFileSync(join(folder, file), mended);
    expect(getData(await runBlock(ask('a'), 'y', { environment: replayRuns(folder) }))).toBe('about x');
    expect(getData(await record('x'))).toBe('about x');
    expect(getData(await record('y'))).toBe('about x');
    expect(filesOf(folder)).toEqual([file.replace('a.', 'a-2.'), file]);
    expect(replayRuns(folder).unused().length).toBe(2);
  });

  it('takes no facts of an alias that could not be read again', () => {
    const folder = newFolder();
    const facts = { ...prices, contextTokens: Number.POSITIVE_INFINITY };
    const { findModel } = recordRuns(folder, live({ findModel: () => facts }));
    expect(() => findModel('fast')).toThrow(/`contextTokens` is no number from 0 on/);
    expect(replayRuns(folder).missing()).toEqual([]);
  });

  it('that two processes record into, killed at any moment, holds all that either was answered', async () => {
    const folder = newFolder();
    const program = fileURLToPath(new URL('../__fixtures__/record-calls.ts', import.meta.url));
    const processes = ['one', 'other'].map((name) => {
      const child = spawn(process.execPath, [program, folder, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
      return { child, lines, ended: once(child, 'close') };
    });
    await expect
      .poll(() => processes.every(({ lines }) => lines.length >= 40), { timeout: 50_000 })
      .toBe(true);
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    const environment = replayRuns(folder);
    const said = new Map<string, string>();
    for (const { lines } of processes) {
      for (const line of lines) {
        const [question = '', answer = ''] = line.split('\t');
        expect(getData(await runBlock(ask('ask'), question, { environment }))).toBe(answer);
        said.set(question, answer);
      }
    }
    // Both were told the same, whoever was first.
    expect(
      [...said.keys()].filter((question) => question.startsWith('shared')).length,
    ).toBeGreaterThanOrEqual(20);
    expect(environment.missing()).toEqual([]);
  });

  it('that cannot be written, or an answer that is none, ends the run with what happened', async () => {
    const folder = newFolder();
    const environment = recordRuns(folder, live());
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    const failure = failed(await runBlock(ask('a'), 'x', { environment }));
    expect(failure).toMatchObject({ reason: 'recording_failed', details: { folder, problem: 'ENOTDIR' } });
    const answer = { text: 7 } as never;
    const odd = recordRuns(newFolder(), live({ callModel: async () => answer }));
    expect(failed(await runBlock(ask('a'), 'x', { environment: odd }))).toMatchObject({
      reason: 'recording_failed',
      effect: 'done',
      details: { problem: expect.stringContaining('answer') },
    });
  });
});
