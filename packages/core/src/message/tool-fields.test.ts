import { describe, expect, it } from 'vitest';
import type { Loss } from './loss.ts';
import type { Part, ToolResultPart } from './parts.ts';
import { emptySchema, reportResultExtras, reportToolExtras, withoutMedia } from './tool-fields.ts';

const image: Part = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
const result = (...parts: Part[]): ToolResultPart => ({ type: 'tool-result', callId: 'a', parts });

describe('tools', () => {
  it('lose what the format cannot say, and nothing that is absent', () => {
    const losses: Loss[] = [];
    const tool = { type: 'function', name: 'f', strict: false, async: true, cache: {} } as const;
    reportToolExtras(tool, { field: 'tools[0]', dialect: 'letters', said: ['strict'] }, losses);
    expect(losses.map(({ field }) => field)).toEqual(['tools[0].cache', 'tools[0].async']);
  });

  it('are given an empty schema, which is told', () => {
    const losses: Loss[] = [];
    expect(emptySchema('tools[0]', losses)).toEqual({ type: 'object', properties: {} });
    expect(losses).toMatchObject([{ field: 'tools[0].parameters', action: 'emulated' }]);
  });
});

describe('results', () => {
  it('lose what they say besides their content', () => {
    const losses: Loss[] = [];
    reportResultExtras({ ...result(), isError: true, cache: {} }, 'turns[1].parts[0]', 'letters', losses);
    reportResultExtras({ ...result(), isError: false }, 'turns[1].parts[1]', 'letters', losses);
    expect(losses.map(({ field }) => field)).toEqual([
      'turns[1].parts[0].isError',
      'turns[1].parts[0].cache',
    ]);
  });

  it('keep their words and give away their media', () => {
    const moved: Part[] = [];
    const losses: Loss[] = [];
    const words: Part = { type: 'text', text: 'See' };
    expect(withoutMedia(result(words), 'at', moved, losses)).toEqual([words]);
    expect([moved, losses]).toEqual([[], []]);
    expect(withoutMedia(result(words, image), 'at', moved, losses)).toEqual([words]);
    expect(moved).toEqual([image]);
    expect(losses).toMatchObject([{ field: 'at.parts', action: 'emulated' }]);
  });

  it('say that their content follows when it is media alone', () => {
    const kept = withoutMedia(result(image), 'at', [], []);
    expect(kept).toEqual([{ type: 'text', text: 'The result of call a follows.' }]);
  });
});
