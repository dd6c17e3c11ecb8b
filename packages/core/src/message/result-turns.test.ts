import { describe, expect, it } from 'vitest';
import type { Part } from './parts.ts';
import { splitResults } from './result-turns.ts';

const marks = {
  first: { extensions: { letters: { x: 1 } } },
  continued: { spelling: { dialect: 'letters', forms: { message: 'continued' } } },
};
const text = (words: string): Part => ({ type: 'text', text: words });
const result = (callId: string): Part => ({ type: 'tool-result', callId, parts: [] });

describe('results among words', () => {
  it('become turns of their own, in order', () => {
    const turns = splitResults([result('a'), result('b'), text('And'), text('now'), result('c')], marks);
    expect(turns).toEqual([
      { role: 'tool', parts: [result('a'), result('b')], ...marks.first },
      { role: 'user', parts: [text('And'), text('now')], ...marks.continued },
      { role: 'tool', parts: [result('c')], ...marks.continued },
    ]);
  });

  it('leave a message without parts an empty turn', () => {
    expect(splitResults([], marks)).toEqual([{ role: 'user', parts: [], ...marks.first }]);
  });
});
