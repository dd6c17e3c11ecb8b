import { describe, expect, it } from 'vitest';
import { asCallerNamed } from './called-tools.ts';
import type { ChatRequest, Tool } from './request.ts';
import { decodeName, encodeName } from './tool-names.ts';

const requestWith = (...tools: Tool[]): ChatRequest => ({ model: 'm', turns: [], tools });
const call = (name: string) => ({ type: 'tool-call', id: 'c', name, arguments: '{}' }) as const;
const verbatim = { dialect: 'd', forms: { name: 'verbatim' } };

describe('a call on its way back to the caller', () => {
  it('has its whole name again', () => {
    const name = 'very.long/'.repeat(30);
    const seen = decodeName(encodeName(name, { maxLength: 64 }));
    expect(asCallerNamed(call(seen), requestWith({ type: 'function', name }), 'd')).toEqual(call(name));
  });

  it('is written as its author wrote the tool, legal or not', () => {
    const request = requestWith({ type: 'function', name: 'x.y', spelling: verbatim });
    expect(asCallerNamed(call('x.y'), request, 'd')).toEqual({ ...call('x.y'), spelling: verbatim });
    expect(asCallerNamed(call('x.y'), request, 'other')).toEqual(call('x.y'));
  });

  it('keeps how the same format spelled it besides', () => {
    const request = requestWith({ type: 'custom', name: 'x.y', spelling: verbatim });
    const spelled = {
      ...call('x.y'),
      spelling: { dialect: 'd', nulls: ['a'], forms: { arguments: 'empty' } },
    };
    expect(asCallerNamed(spelled, request, 'd').spelling).toEqual({
      dialect: 'd',
      nulls: ['a'],
      forms: { arguments: 'empty', name: 'verbatim' },
    });
  });

  it('stays as it is when nobody offered such a tool', () => {
    const native: Tool = { type: 'native', dialect: 'd', value: { name: 'x.y' } };
    for (const request of [
      { model: 'm', turns: [] },
      requestWith(native),
      requestWith({ type: 'function', name: 'f' }),
    ]) {
      const unknown = call('x.y');
      expect(asCallerNamed(unknown, request, 'd')).toBe(unknown);
    }
  });
});
