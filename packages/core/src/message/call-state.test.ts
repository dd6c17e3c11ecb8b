import { expect, it } from 'vitest';
import { attachCallState, detachCallState } from './call-state.ts';
import type { Part } from './parts.ts';

const call: Part = { type: 'tool-call', id: 'a', name: 'f', arguments: '{}' };
const opaque = { dialect: 'maker', value: 'state' };

it('leaves parts alone that carry no state of calls', () => {
  const parts: Part[] = [{ type: 'text', text: 'Hi' }, call, { type: 'reasoning', text: '', opaque }];
  expect(detachCallState(parts)).toBe(parts);
  expect(attachCallState(parts)).toBe(parts);
});

it('puts the state behind its call and back again', () => {
  const parts: Part[] = [call, { ...call, id: 'b', opaque }, { type: 'text', text: 'Hi' }];
  const detached = detachCallState(parts);
  expect(detached).toEqual([
    call,
    { ...call, id: 'b' },
    { type: 'reasoning', text: '', redacted: true, opaque: { ...opaque, ofCall: true } },
    { type: 'text', text: 'Hi' },
  ]);
  expect(attachCallState(detached)).toEqual(parts);
});

it('finds the calls of states that come in front of all calls', () => {
  const [first, firstState, second, secondState] = detachCallState([
    { ...call, opaque } as Part,
    { ...call, id: 'b', opaque: { ...opaque, value: 'other' } } as Part,
  ]);
  expect(attachCallState([firstState!, secondState!, first!, second!])).toEqual([
    { ...call, opaque },
    { ...call, id: 'b', opaque: { ...opaque, value: 'other' } },
  ]);
});

it('forgets a state whose call is gone', () => {
  const [, state] = detachCallState([{ ...call, opaque } as Part]);
  expect(attachCallState([{ type: 'text', text: 'Hi' }, state!])).toEqual([{ type: 'text', text: 'Hi' }]);
});
