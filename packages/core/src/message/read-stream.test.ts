import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import type { ChatEvent } from './events.ts';
import { createStreamReader, type StreamReading } from './read-stream.ts';

interface State {
  isEnded: boolean;
  isOpen: boolean;
}

/** A format in miniature: its frames are text, `.` is its end. */
const reading: StreamReading<State> = {
  dialect: 'letters',
  read(state, { data }, events) {
    if (data === '?') throw new KeelsonError('invalid_response', 'No letter.');
    if (data === '!') throw new TypeError('Our mistake.');
    if (!state.isOpen) events.push({ type: 'text-start', index: 0 });
    state.isOpen = true;
    events.push({ type: 'text-delta', index: 0, text: data });
    if (data === '.') state.isEnded = true;
  },
  close(state, events) {
    if (state.isOpen) events.push({ type: 'text-end', index: 0 });
    state.isOpen = false;
  },
};

function open(finish?: StreamReading<State>['finish']) {
  return createStreamReader({ isEnded: false, isOpen: false }, { ...reading, ...(finish && { finish }) });
}

const types = (events: readonly ChatEvent[]): string[] => events.map(({ type }) => type);

describe('reading a stream', () => {
  it('tells nothing after the end', () => {
    const parser = open();
    expect(types(parser.push({ data: '.' }))).toEqual(['text-start', 'text-delta']);
    expect(parser.push({ data: 'a' })).toEqual([]);
    expect(parser.end()).toEqual([]);
  });

  it('closes what is open before it tells the failure, and nothing follows', () => {
    const parser = open();
    parser.push({ data: 'a' });
    const [closing, failure] = parser.push({ data: '?' });
    expect(closing).toEqual({ type: 'text-end', index: 0 });
    expect(failure).toMatchObject({ type: 'error', error: { code: 'invalid_response' } });
    expect([...parser.push({ data: 'b' }), ...parser.end()]).toEqual([]);
  });

  it('keeps what came with the frame that failed', () => {
    const parser = createStreamReader<State>(
      { isEnded: false, isOpen: false },
      {
        ...reading,
        read(state, frame, events) {
          reading.read(state, frame, events);
          throw new KeelsonError('rate_limited', 'Slow down.');
        },
      },
    );
    expect(types(parser.push({ data: 'a' }))).toEqual(['text-start', 'text-delta', 'text-end', 'error']);
  });

  it('does not hide mistakes of our own', () => {
    expect(() => open().push({ data: '!' })).toThrow(TypeError);
  });

  it('says that a stream without its end was interrupted', () => {
    const parser = open();
    parser.push({ data: 'a' });
    const events = parser.end();
    expect(types(events)).toEqual(['text-end', 'error']);
    expect(events[1]).toMatchObject({
      error: { code: 'stream_interrupted', details: { dialect: 'letters' } },
    });
    expect(parser.end()).toEqual([]);
  });

  it('lets a format end an answer that is complete without its last frame', () => {
    const stop: ChatEvent = { type: 'message-end', stop: { unified: 'stop' } };
    expect(open((_state, events) => events.push(stop) > 0).end()).toEqual([stop]);
    expect(types(open(() => false).end())).toEqual(['error']);
  });
});
