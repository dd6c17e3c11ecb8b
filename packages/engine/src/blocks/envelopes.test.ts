// Rules of envelopes: E1 to E5.
import {
  all,
  type BlockRequest,
  each,
  fail,
  flow,
  getData,
  graph,
  map,
  type RequestMetadata,
  repair,
  retry,
  seq,
  step,
} from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { failed, testEnvironment, withModel } from './__fixtures__/index.ts';
import { createEnvironment, prompt, runBlock } from './index.ts';

const plain = () => ({ environment: testEnvironment() });

describe('E1: ids of requests', () => {
  it('are fresh for every request and every attempt; what names the run is inherited unchanged', async () => {
    const seen: RequestMetadata[] = [];
    const leaf = step(
      'leaf',
      (_: number, { metadata }) => {
        seen.push(metadata);
        if (seen.length < 3) throw fail('tool', 'e');
        return 1;
      },
      { effects: 'none' },
    ).recover(
      retry({ maxAttempts: 2 }),
      repair<number>(({ payload }) => payload),
    );
    const response = await runBlock(seq('inner', seq('outer', leaf)), 1, plain());
    expect(response.success).toBe(true);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(new Set(seen.map(({ traceId }) => traceId))).toEqual(new Set([response.metadata.traceId]));
    expect(new Set(seen.map(({ executionId }) => executionId))).toEqual(
      new Set([response.metadata.executionId]),
    );
    expect(new Set(seen.map(({ parentSpanId }) => parentSpanId)).size).toBe(1);
  });

  it('name the execution once, and know no other word for it', async () => {
    const { metadata } = await runBlock(
      map('m', (n: number) => n),
      1,
      plain(),
    );
    expect(Object.keys(metadata).filter((key) => /execution|manager|run_?id|correlation/i.test(key))).toEqual(
      ['executionId'],
    );
  });
});

describe('E2: shapes of ids', () => {
  it('are those of OpenTelemetry and of sortable UUIDs', async () => {
    const { metadata } = await runBlock(
      map('m', (n: number) => n),
      1,
      { environment: createEnvironment() },
    );
    expect(metadata.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(metadata.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(metadata.parentSpanId).toMatch(/^[0-9a-f]{16}$/);
    for (const id of [metadata.id, metadata.executionId])
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(metadata.createdAt).toBe(new Date(metadata.createdAt).toISOString());
  });

  it('have these sizes for every attempt, sort by the time of their making, and are never twice', async () => {
    const seen: RequestMetadata[] = [];
    const leaf = step(
      'leaf',
      (n: number, { metadata }) => {
        seen.push(metadata);
        if (n % 3 === 0 && metadata.attempt === 1) throw fail('tool', 'e');
        return n;
      },
      { effects: 'none' },
    ).recover(retry());
    const list = each('list', leaf, { concurrency: 1 });
    await runBlock(
      list,
      Array.from({ length: 300 }, (_, at) => at),
      { environment: createEnvironment() },
    );
    expect(seen).toHaveLength(400);
    const ids = seen.map(({ id }) => id);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(400);
    expect(new Set(seen.map(({ spanId }) => spanId)).size).toBe(400);
    for (const { spanId, traceId, executionId, id } of seen) {
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      for (const one of [id, executionId])
        expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('are never the id that means none, whatever chance gives', async () => {
    const random = { float: () => 0, bytes: (count: number) => new Uint8Array(count) };
    const { metadata } = await runBlock(
      map('m', (n: number) => n),
      1,
      { environment: createEnvironment({ random }) },
    );
    expect(metadata.traceId).toMatch(/^0{31}1$/);
    expect(metadata.spanId).toMatch(/^0{15}1$/);
  });

  it('come from what is given, so that a run repeats to the letter', async () => {
    const once = async () => {
      let id = 0;
      const newId = () => {
        id += 1;
        return `id-${id}`;
      };
      const environment = testEnvironment({ newId });
      return runBlock(
        seq(
          's',
          map('a', (n: number) => n),
          map('b', (n: number) => n),
        ),
        1,
        { environment },
      );
    };
    expect(await once()).toEqual(await once());
  });

  it('belong to the trace of whoever started the run', async () => {
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const { metadata } = await runBlock(
      map('m', (n: number) => n),
      1,
      { ...plain(), trace, executionId: 'run-1' },
    );
    expect(metadata).toMatchObject({
      traceId: trace.traceId,
      parentSpanId: trace.spanId,
      executionId: 'run-1',
    });
  });
});

describe('E3: nothing is changed behind anybody', () => {
  it('freezes requests', async () => {
    let request: BlockRequest<number> | undefined;
    const leaf = step('leaf', () => {
      throw fail('tool', 'e', {}, 'not_started');
    }).recover(
      repair<number>((failedRequest) => {
        request = failedRequest;
        return failedRequest.payload;
      }),
    );
    await runBlock(leaf, 1, plain());
    expect(Object.isFrozen(request)).toBe(true);
    expect(Object.isFrozen(request?.metadata)).toBe(true);
    expect(Object.isFrozen(request?.context)).toBe(true);
  });

  it.each([
    ['a success', () => 7],
    [
      'a failure',
      () => {
        throw fail('tool', 'e');
      },
    ],
  ])("gives %s of a child as the composite's own, in another object", async (_, run) => {
    const spans: string[] = [];
    const leaf = step('leaf', (_payload: number, { metadata }) => {
      spans.push(metadata.spanId, metadata.id);
      return run();
    });
    const inner = seq('inner', leaf);
    let child: unknown;
    const watching = step('watch', async (n: number, scope) => {
      const response = await scope.call('inner', inner, n);
      child = response;
      return getData(response);
    });
    const { metadata } = await runBlock(seq('outer', watching), 1, plain());
    expect(metadata).toMatchObject({
      block: 'outer',
      node: 'root',
      composite: 'outer',
      source: 'watch',
      lastNode: 'watch',
    });
    expect(spans).not.toContain(metadata.spanId);
    expect(spans).not.toContain(metadata.id);
    expect(child).toMatchObject({
      metadata: { block: 'inner', node: 'inner', composite: 'inner', source: 'leaf', lastNode: 'leaf' },
    });
    expect(metadata.durationMs).toBeTypeOf('number');
  });
});

describe('E4: payloads and contexts', () => {
  it.each([
    ['text'],
    [0],
    [null],
    [[1, 2]],
    [{ a: { b: [] } }],
    [false],
    [''],
  ])('takes %j as a payload', async (payload) => {
    const response = await runBlock(
      seq(
        's',
        map('same', (value: unknown) => value),
      ),
      payload,
      plain(),
    );
    expect(getData(response)).toEqual(payload);
  });

  it('passes no context that nobody passed on purpose', async () => {
    const contexts: unknown[] = [];
    const look = step('look', (n: number, { context }) => {
      contexts.push(context);
      return n;
    });
    const picky = flow('picky', look, { context: ['locale'] });
    const nodes = graph('g', {
      entry: 'first',
      nodes: { first: look, second: { block: look, context: ['tenant', 'absent'] } },
      edges: { first: 'second' },
    });
    const context = { locale: 'de', tenant: 't1', secret: 'x' };
    await runBlock(look, 1, { ...plain(), context });
    await runBlock(seq('s', look), 1, { ...plain(), context });
    await runBlock(picky, 1, { ...plain(), context });
    await runBlock(nodes, 1, { ...plain(), context });
    expect(contexts).toEqual([context, {}, { locale: 'de' }, {}, { tenant: 't1' }]);
  });
});

describe('E5: one field says success, and counters have a namespace', () => {
  it('says `success` and nothing beside it', async () => {
    const good = await runBlock(
      map('m', (n: number) => n),
      1,
      plain(),
    );
    expect(Object.keys(good).sort()).toEqual(['data', 'metadata', 'success']);
    const broken = step('s', () => {
      throw fail('tool', 'e');
    });
    expect(Object.keys(await runBlock(broken, null, plain())).sort()).toEqual([
      'error',
      'metadata',
      'success',
    ]);
  });

  it('counts answers of a model apart from attempts of the block', async () => {
    const { environment } = withModel(['no', 'no', '{"a":1}']);
    const output = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
    } as const;
    const { metadata } = await runBlock(prompt('p', { model: 'm', output }), 'x', { environment });
    expect(metadata).toMatchObject({ attempt: 1, 'llm.attempt': 3, 'cost.calls': 3, 'llm.model': 'm' });
  });

  it('refuses to let a block write over what is the runner’s', async () => {
    const leaf = step('leaf', (_: number, scope) => {
      scope.note('attempt' as 'a.b', 9);
      return 1;
    });
    expect(failed(await runBlock(leaf, 1, plain()))).toMatchObject({ reason: 'invalid_payload' });
    const both = await runBlock(all('both', { leaf }), 1, plain());
    expect(both.metadata.attempt).toBe(1);
  });
});
