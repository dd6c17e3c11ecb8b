import { describe, expect, it } from 'vitest';
import { type ChatMessage, fold, textOf } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf } from '../__fixtures__/bound-dialect.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { openAiCompletions } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = openAiCompletions;
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.sse`);

describe('a stream of completions', () => {
  it('gives text, ending and usage', () => {
    expect(textOf(read('text'))).toBe('Once upon');
    expect(read('usage-in-own-chunk')).toMatchObject({ stop: { unified: 'length' }, usage: { total: 5 } });
  });

  it('keeps several answers apart', () => {
    const message = read('two-choices');
    expect([message, ...(message.alternatives ?? [])].map(textOf)).toEqual(['ac', 'bd']);
  });

  it('reads the old layout of log probabilities', () => {
    const top = [
      { token: 'Hi', logprob: -0.5 },
      { token: 'Ho', logprob: -1.5 },
    ];
    expect(read('logprobs').logprobs).toEqual({ content: [{ token: 'Hi', logprob: -0.5, top }] });
  });

  it('tells an error after what had come', () => {
    expect(textOf(read('error-in-stream'))).toBe('Hal');
    expect(read('error-in-stream').error?.row.fault).toBe('provider');
    expect(read('interrupted').error?.code).toBe('stream_interrupted');
  });

  it.each(fixtureNames(folder))('says %s the same when it is rendered and read again', (name) => {
    const events = eventsOf(dialect, readFrames(folder, name));
    const again = eventsOf(dialect, framesOf(dialect, events, { model: 'm', turns: [] }).frames);
    expect(fold(again).parts).toEqual(fold(events).parts);
    expect(fold(again).stop).toEqual(fold(events).stop);
    expect(fold(again).logprobs).toEqual(fold(events).logprobs);
  });
});
