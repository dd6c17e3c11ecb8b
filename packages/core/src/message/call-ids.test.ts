import { expect, it } from 'vitest';
import { inventCallId, pairCalls } from './call-ids.ts';
import type { Turn } from './request.ts';

const call = (id: string, name: string) => ({ type: 'tool-call', id, name, arguments: '{}' }) as const;
const result = (callId: string, name?: string) =>
  ({ type: 'tool-result', callId, parts: [], ...(name !== undefined && { name }) }) as const;
const round = (calls: ReturnType<typeof call>[], results: ReturnType<typeof result>[]): Turn[] => [
  { role: 'assistant', parts: calls },
  { role: 'tool', parts: results },
];
const idOf = (part: Turn['parts'][number]): string => {
  if (part.type === 'tool-result') return part.callId;
  return part.type === 'tool-call' ? part.id : '';
};
const idsOf = (turns: readonly Turn[]) => turns.map((turn) => turn.parts.map(idOf));

it('leaves a conversation alone that misses nothing', () => {
  const turns = round([call('a', 'f')], [result('a')]);
  expect(pairCalls(turns)).toBe(turns);
});

it('pairs calls and results by name, then by order, and never gives an id twice', () => {
  const turns = [
    ...round([call('', 'f'), call('', 'g'), call('', 'f')], [result('', 'g'), result('', 'f'), result('')]),
    ...round([call('call_0', 'f'), call('', 'f')], [result(''), result('call_0')]),
  ];
  expect(idsOf(pairCalls(turns))).toEqual([
    ['call_1', 'call_2', 'call_3'],
    ['call_2', 'call_1', 'call_3'],
    ['call_0', 'call_4'],
    ['call_4', 'call_0'],
  ]);
});

it('gives a result that answers nothing an id of its own', () => {
  expect(idsOf(pairCalls([{ role: 'tool', parts: [result('', 'f')] }]))).toEqual([['call_0']]);
});

it('tells calls of different answers apart', () => {
  expect(inventCallId('answer', 1)).not.toBe(inventCallId('other', 1));
});
