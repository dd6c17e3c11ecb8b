// Flows from text: what runs, and what is said of a file that is wrong: everything at once, each with its line.
import { type FlowVocabulary, getData, map, type SendHttp, step } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failed, handClock, inRun, testEnvironment, withModel } from '../__fixtures__/index.ts';
import { createMemoryJournal, runBlock, tool } from '../index.ts';
import { createFlowKinds } from './flow-kinds.ts';
import { readFlowText } from './read-flow-text.ts';

const find = step('find', (query: string) => [`page about ${query}`], { effects: 'none' });
const lookUp = tool('look_up', {
  description: 'Looks up an order.',
  input: z.object({ id: z.number() }),
  effects: 'none',
  run: ({ id }) => ({ id, state: 'sent' }),
});
const vocabulary: FlowVocabulary = {
  kinds: createFlowKinds({
    blocks: { find, shout: map('shout', (text: string) => text.toUpperCase()) },
    tools: { look_up: lookUp },
  }),
  conditions: { isShort: (output) => String(output).length < 10 },
  repairs: { trim: ({ payload }) => String(payload).trim() },
};

const support = `
flow: support
version: "2"
entry: triage
maxSteps: 20
nodes:
  triage:
    kind: prompt
    model: fast
    prompt: "Classify: {{text}}"
    maxOutputTokens: 100
    output:
      type: object
      required: [kind, urgency]
      properties: { kind: { enum: [bug, billing] }, urgency: { type: integer } }
    timeoutMs: 5000
    recover:
      - fallback: { alias: deep, on: ["llm.timeout"] }
    next:
      - { name: urgent, when: { of: $previous.urgency, atLeast: 4 }, to: page }
      - to: facts
  page:
    kind: approve
    input: { who: on call, ticket: $request.text, price: $$5 }
  facts:
    kind: code
    use: find
    input: $request.text
    next: answer
  answer:
    kind: prompt
    model: fast
    prompt: "A {{kind}} ticket. Facts: {{facts}}"
    input: { kind: $nodes.triage.kind, facts: $previous }
`;

describe('a flow from text', () => {
  it('runs its nodes with the inputs that it says', async () => {
    const { block, problems } = await readFlowText(support, vocabulary);
    expect(problems).toEqual([]);
    const { environment, model } = withModel(['{"kind":"bug","urgency":2}', 'Here you are.']);
    const settings = { environment: { ...environment, clock: handClock() } };
    const response = await runBlock(block!, { text: 'it crashes' }, settings);
    expect(getData(response)).toBe('Here you are.');
    expect(model.calls.map(({ prompt }) => prompt)).toEqual([
      'Classify: it crashes',
      'A bug ticket. Facts: ["page about it crashes"]',
    ]);
    expect(response.metadata).toMatchObject({ block: 'support', lastNode: 'answer' });
  });

  it('takes the other way, and stops at a person', async () => {
    const { block } = await readFlowText(support, vocabulary);
    const { environment } = withModel(['{"kind":"bug","urgency":5}']);
    const journal = createMemoryJournal();
    const settings = { environment: { ...environment, clock: handClock() }, journal };
    const error = failed(await runBlock(block!, { text: 'fire' }, settings));
    expect(error.details).toEqual({
      path: inRun('page'),
      show: { who: 'on call', ticket: 'fire', price: '$5' },
    });
    expect(journal.paths).toEqual([inRun('triage')]);
  });

  it('may be JSON, with tools, lists, waiting and requests', async () => {
    const sent: unknown[] = [];
    const sendHttp: SendHttp = async ({ method, url, headers, body }) => {
      sent.push({ method, url, type: headers['content-type'], key: headers['idempotency-key'], body });
      return { outcome: 'answered', status: 200, text: '{"ok":true}' };
    };
    const flow = {
      flow: 'orders',
      entry: 'order',
      nodes: {
        order: { kind: 'tool', use: 'look_up', next: 'tell' },
        tell: {
          kind: 'http',
          method: 'POST',
          url: 'https://shop.example.com/orders/{{id}}/notes?by={{state}}',
          headers: { 'X-Team': 'a' },
          idempotencyHeader: 'idempotency-key',
          next: 'names',
        },
        names: { kind: 'pass', input: ['a', 'b'], next: 'loud' },
        loud: { kind: 'each', use: 'shout', concurrency: 1, next: 'rest' },
        rest: { kind: 'pause', ms: 5, next: 'last' },
        last: { kind: 'flow', use: 'shout', input: '$nodes.loud[1]' },
      },
    };
    const { block, problems } = await readFlowText(JSON.stringify(flow), vocabulary);
    expect(problems).toEqual([]);
    expect(block?.effects).toBe('non_idempotent');
    const environment = testEnvironment({ sendHttp });
    expect(getData(await runBlock(block!, { id: 7 }, { environment, executionId: 'run-1' }))).toBe('B');
    expect(sent).toEqual([
      {
        method: 'POST',
        url: 'https://shop.example.com/orders/7/notes?by=sent',
        type: 'application/json',
        key: 'run-1/root/tell',
        body: '{"id":7,"state":"sent"}',
      },
    ]);
  });

  it('may name its nodes as it likes', async () => {
    const text =
      'flow: odd\nentry: __proto__\nnodes:\n  __proto__: {kind: pass, next: constructor}\n  constructor: {kind: pass, input: $nodes.__proto__}';
    const { block, problems } = await readFlowText(text, vocabulary);
    expect(problems).toEqual([]);
    expect(getData(await runBlock(block!, 'x', { environment: testEnvironment() }))).toBe('x');
  });

  it('compares what it is told to, and takes text for no number', async () => {
    const way = async (when: unknown, payload: unknown) => {
      const text = JSON.stringify({
        flow: 'f',
        entry: 'a',
        nodes: {
          a: { kind: 'pass', next: [{ when, to: 'yes' }, { to: 'no' }] },
          yes: { kind: 'pass', input: 'yes' },
          no: { kind: 'pass', input: 'no' },
        },
      });
      const { block, problems } = await readFlowText(text, vocabulary);
      expect(problems).toEqual([]);
      const response = await runBlock(block!, payload, { environment: testEnvironment() });
      return response.success ? response.data : response.error.reason;
    };
    expect(await way({ is: 3 }, 3)).toBe('yes');
    expect(await way({ isNot: { a: [1] } }, { a: [1] })).toBe('no');
    expect(await way({ oneOf: ['a', 'b'] }, 'b')).toBe('yes');
    expect(await way({ of: '$request.n', above: 3 }, { n: 3 })).toBe('no');
    expect(await way({ of: '$request.n', below: 4 }, { n: 3 })).toBe('yes');
    expect(await way({ of: '$request.n', atMost: 3 }, { n: 3 })).toBe('yes');
    expect(await way({ of: '$request.n', exists: false }, {})).toBe('yes');
    expect(await way({ of: '$request.n', exists: true }, { n: null })).toBe('yes');
    expect(await way('isShort', 'short')).toBe('yes');
    expect(await way({ atLeast: 3 }, '9')).toBe('condition_execution_error');
    expect(await way({ of: '$request.n', is: 1 }, {})).toBe('condition_execution_error');
  });
});

describe('a flow file that is wrong', () => {
  it('is told everything at once, by line', async () => {
    const text = `flow: support
entry: triag
maxStep: 3
nodes:
  triage:
    kind: promt
    next:
      - to: answer
        when: isUrgent
      - { to: nowhere, when: { atLeast: "4", above: 3 } }
  answer:
    kind: prompt
    prompt: "{{}}"
    input: $nodes.nobody.x
    recover:
      - retri: {}
      - retry: { maxAttempts: 0, delay: 5 }
      - fallback: {}
    next: answer
  lonely:
    kind: code
    use: fnd
  web:
    kind: http
    url: "https://{{host}}/x"
    method: FETCH
`;
    const { block, problems } = await readFlowText(text, vocabulary);
    expect(block).toBeUndefined();
    const told = problems.map(({ line, column, path, reason }) => `${line}:${column} ${path} ${reason}`);
    expect(told).toEqual([
      '2:1 entry unknown_node',
      '3:1 maxStep invalid_graph',
      '6:5 nodes.triage.kind invalid_graph',
      '7:5 nodes.triage.next no_transition',
      '9:9 nodes.triage.next[0].when condition_resolution_error',
      '10:11 nodes.triage.next[1].to unknown_node',
      '10:24 nodes.triage.next[1].when condition_resolution_error',
      '11:3 nodes.answer.model invalid_graph',
      '13:5 nodes.answer.prompt invalid_graph',
      '14:5 nodes.answer.input invalid_graph',
      '16:9 nodes.answer.recover[0] unknown_policy_type',
      '16:9 nodes.answer.recover[0].retri invalid_graph',
      '17:18 nodes.answer.recover[1].retry.maxAttempts invalid_graph',
      '17:34 nodes.answer.recover[1].retry.delay invalid_graph',
      '18:9 nodes.answer.recover[2].fallback.alias invalid_graph',
      '22:5 nodes.lonely.use invalid_graph',
      '25:5 nodes.web.url invalid_graph',
      '26:5 nodes.web.method invalid_graph',
    ]);
    const says = problems.map((problem) => problem.says).join('\n');
    for (const hint of ['`triage`', '`maxSteps`', '`prompt`', '`find`', 'isUrgent'])
      expect(says).toContain(hint);
  });

  it.each([
    ['empty', '', 1, /empty/],
    ['not closed', 'flow: [', 1, /./],
    ['a field twice', 'flow: a\nflow: b', 2, /twice/],
    ['an anchor', 'a: &x 1\nb: *x', 2, /refers/],
    ['a tag', 'flow: !!js/function x', 1, /./],
    ['a name that is no text', 'flow: x\nnodes:\n  1: {}', 3, /no text/],
    ['a number that JSON has not', 'flow: x\nentry: .nan', 2, /JSON/],
    ['two documents', '--- 1\n--- 2', 2, /./],
    ['no object', '7', 1, /must be an object/],
    ['no nodes', 'flow: x\nentry: y', 1, /is missing/],
    ['an empty graph', 'flow: x\nentry: y\nnodes: {}', 3, /there are none/],
    ['no cap', `flow: x\nentry: y\nnodes: {y: {kind: pass}}\nmaxSteps: 0`, 4, /whole number/],
    ['too deep', '['.repeat(5000), 1, /nested/],
    ['too long', `x: ${'y'.repeat(1_100_000)}`, 1, /longer/],
    ['no name for a block', 'flow: a/b\nentry: y\nnodes: {y: {kind: pass}}', 1, /slashes/],
    [
      'two retries',
      'flow: x\nentry: y\nnodes: {y: {kind: prompt, model: m, recover: [{retry: {}}, {retry: {}}]}}',
      3,
      /earlier one retries/,
    ],
  ])('is refused with its place: %s', async (_, text, line, says) => {
    const { block, problems } = await readFlowText(text, vocabulary);
    expect(block).toBeUndefined();
    expect(
      problems.some((problem) => problem.line === line && says.test(problem.says)),
      JSON.stringify(problems),
    ).toBe(true);
  });
});
