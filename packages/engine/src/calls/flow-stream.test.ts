// The stream of a flow that works for long: when it begins, what keeps its caller from giving up, and how it ends.
import { type ChatEvent, type DialectName, dialects, KeelsonError } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../observability/index.ts';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import type { AnyDialect } from './asked-call.ts';
import { FlowStream } from './flow-stream.ts';

const begun: ChatEvent[] = [
  { type: 'message-start', dialect: 'keelson', facts: { model: 'flow:a' } },
  { type: 'text-start', index: 0 },
];
const said: ChatEvent[] = [
  { type: 'text-delta', index: 0, text: 'Ahoy' },
  { type: 'text-end', index: 0 },
  { type: 'usage', usage: { input: { total: 1 }, output: { total: 1 } } },
  { type: 'message-end', stop: { unified: 'stop' } },
];

/** A flow that says nothing until it is told to go on. */
function startStream(name: DialectName = 'openai-chat') {
  const caller = createTestCaller();
  let goOn = (_error?: KeelsonError): void => {};
  const gate = new Promise<KeelsonError | undefined>((resolve) => {
    goOn = resolve;
  });
  let beat = (): void => {};
  let isStopped = false;
  const clock = {
    ...systemClock,
    every: (_ms: number, run: () => void) => {
      beat = run;
      return () => {
        isStopped = true;
      };
    },
  };
  const stream = new FlowStream({
    dialect: dialects[name] as unknown as AnyDialect,
    request: { model: 'flow:a', turns: [], stream: true, answer: { id: 'call', createdAt: 1 } },
    caller,
    clock,
    signal: new AbortController().signal,
    onStart: () => ({ 'x-keelson-call-id': 'call' }),
  });
  async function* events(): AsyncGenerator<ChatEvent> {
    yield* begun;
    const error = await gate;
    if (error !== undefined) throw error;
    yield* said;
  }
  const told = stream.tell(events());
  return { caller, stream, told, goOn, beat: () => beat(), isStopped: () => isStopped };
}

const failure = new KeelsonError('flow_failed', 'The flow `a` failed.');

describe('a stream of a flow', () => {
  it('begins with its first word', async () => {
    const { caller, told, goOn, isStopped } = startStream();
    await Promise.resolve();
    expect(caller.status).toBeUndefined();
    goOn();
    expect(await told).toBeUndefined();
    expect(caller).toMatchObject({ status: 200, isOver: true });
    expect(caller.text).toContain('Ahoy');
    expect(caller.text).not.toContain(': the flow');
    expect(isStopped()).toBe(true);
  });

  it('begins without a word when one is long in coming, and then shows signs of life', async () => {
    const { caller, told, goOn, beat } = startStream();
    await Promise.resolve();
    beat();
    expect(caller.headers).toMatchObject({ 'x-keelson-call-id': 'call', 'cache-control': 'no-cache' });
    const length = caller.text.length;
    beat();
    beat();
    expect(caller.text.slice(length)).toBe(': the flow is at work\n\n'.repeat(2));
    goOn();
    await told;
    expect(caller.text).toContain('Ahoy');
  });

  it('has no signs of life in a format that knows none', async () => {
    const { caller, told, goOn, beat } = startStream('ollama-chat');
    await Promise.resolve();
    beat();
    const { length } = caller.text;
    beat();
    expect(caller.text.length).toBe(length);
    goOn();
    await told;
    expect(caller.text).toContain('Ahoy');
  });

  it('leaves a failure that comes before it began to whoever gives it a status', async () => {
    const { caller, stream, told, goOn } = startStream();
    goOn(failure);
    expect(await told).toBe(failure);
    expect(stream.hasStarted).toBe(false);
    expect(caller).toMatchObject({ status: undefined, isOver: false });
  });

  it('tells one that comes later itself', async () => {
    const { caller, stream, told, goOn, beat } = startStream('anthropic-messages');
    await Promise.resolve();
    beat();
    goOn(failure);
    expect(await told).toBe(failure);
    expect(stream.hasStarted).toBe(true);
    expect(caller.isOver).toBe(true);
    expect(caller.text).toContain('event: error');
    expect(caller.text).toContain('The flow `a` failed.');
  });

  it('says nothing more to a caller who left', async () => {
    const { caller, told, goOn, beat } = startStream();
    caller.leave();
    beat();
    expect(caller.status).toBeUndefined();
    goOn();
    await told;
  });
});
