import { describe, expect, it } from 'vitest';
import type { Loss } from './loss.ts';
import { reportStopExtras, reportStopWord, type StopWords, stopWord, unifiedStop } from './stop-words.ts';

const table: StopWords = {
  reasons: { done: 'stop', ready: 'stop', full: 'length' },
  words: {
    stop: 'done',
    'stop-sequence': 'done',
    length: 'full',
    'context-exceeded': 'full',
    'tool-calls': 'done',
    'content-filter': 'done',
    refusal: 'done',
    pause: 'done',
    error: 'done',
    unknown: 'done',
  },
};

describe('words for endings', () => {
  it('mean what the table says, and nothing known otherwise', () => {
    expect(
      ['full', 'other', 'constructor', undefined].map((word) => unifiedStop(table.reasons, word)),
    ).toEqual(['length', 'unknown', 'unknown', 'unknown']);
  });

  it('are repeated to their own format as long as the meaning stayed', () => {
    expect(stopWord(table, { unified: 'stop', raw: 'ready' }, true)).toBe('ready');
    expect(stopWord(table, { unified: 'length', raw: 'ready' }, true)).toBe('full');
    expect(stopWord(table, { unified: 'stop', raw: 'ready' }, false)).toBe('done');
  });

  it('stay unsaid where the same format said none', () => {
    expect(stopWord(table, { unified: 'unknown' }, true)).toBeUndefined();
    expect(stopWord(table, { unified: 'unknown' }, false)).toBe('done');
  });

  it('are a loss where they mean something else here', () => {
    const losses: Loss[] = [];
    reportStopWord(table, { unified: 'length' }, 'message.stop', losses);
    expect(losses).toEqual([]);
    reportStopWord(table, { unified: 'pause' }, 'message.stop', losses);
    expect(losses).toEqual([
      { field: 'message.stop', action: 'emulated', detail: '`pause` is told as `done`.' },
    ]);
  });

  it('leave out what stands beside them', () => {
    const losses: Loss[] = [];
    reportStopExtras({ unified: 'stop-sequence', sequence: 'END' }, 'message.stop', 'No word.', losses);
    expect(losses).toEqual([{ field: 'message.stop.sequence', action: 'dropped', detail: 'No word.' }]);
  });
});
