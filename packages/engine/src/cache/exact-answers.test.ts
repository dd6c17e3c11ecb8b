// What of a store may be given to a caller: only what was kept, for this request, by this version, and not too long ago.
import { describe, expect, test } from 'vitest';
import { createLog, silentLog, systemClock } from '../observability/index.ts';
import { keptAnswer, keyOf, noon, questionOf } from './__fixtures__/kept-answers.ts';
import type { AnswerStore } from './answer-store.ts';
import { createExactAnswers } from './exact-answers.ts';
import { createMemoryStore } from './memory-store.ts';
import { sealAnswer, unsealAnswer } from './sealed-answer.ts';

const key = keyOf('w', 'one');

function open() {
  return openOn(createMemoryStore({ maxBytes: 1e6 }));
}

function openOn<Store extends AnswerStore>(store: Store) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const time = { now: noon, elapsed: 0 };
  const clock = { ...systemClock, now: () => time.now, elapsed: () => time.elapsed };
  return { exact: createExactAnswers({ store, clock, log }), store, time, lines };
}

describe('a kept answer', () => {
  test('comes back whole', async () => {
    const { exact } = open();
    const answer = keptAnswer({ servedModel: 'gpt-x-2026', systemFingerprint: 'fp' });
    await exact.keep(questionOf(key), answer);
    expect(await exact.find(questionOf(key))).toEqual(answer);
  });

  test('is given until the last millisecond of its time, and then removed', async () => {
    const { exact, store, time } = open();
    await exact.keep(questionOf(key), keptAnswer());
    time.now = noon + 59_999;
    expect(await exact.find(questionOf(key))).toBeDefined();
    time.now = noon + 60_000;
    expect(await exact.find(questionOf(key))).toBeUndefined();
    expect(store.get(key)).toBeUndefined();
  });

  test('is not given to a caller who wants a younger one', async () => {
    const { exact, time } = open();
    await exact.keep(questionOf(key), keptAnswer());
    time.now = noon + 10_000;
    expect(await exact.find(questionOf(key, 10_000))).toBeUndefined();
    expect(await exact.find(questionOf(key, 10_001))).toBeDefined();
  });

  test('from the future is not given, when a clock was set back; a little is the difference of two clocks', async () => {
    const { exact, time } = open();
    await exact.keep(questionOf(key), keptAnswer());
    time.now = noon - 3_600_000;
    expect(await exact.find(questionOf(key))).toBeUndefined();
    time.now = noon - 2000;
    expect(await exact.find(questionOf(key))).toBeDefined();
    time.now = noon + 86_400_000;
    expect(await exact.find(questionOf(key))).toBeUndefined();
  });
});

describe('a store with something else in it', () => {
  test('whatever byte is changed, there is no answer, and what is wrong goes', async () => {
    const sealed = sealAnswer(keptAnswer(), key);
    for (let at = 0; at < sealed.length; at++) {
      const { exact, store, lines } = open();
      const changed = Uint8Array.from(sealed);
      changed[at] = changed[at]! ^ 0x41;
      store.set(key, changed, { keptAt: noon, expiresAt: noon + 1 });
      expect(await exact.find(questionOf(key)), `byte ${at}`).toBeUndefined();
      expect(store.get(key), `byte ${at}`).toBeUndefined();
      // The fourth byte is the version, and another version is nobody's fault.
      expect(lines.length, `byte ${at}`).toBe(at === 3 ? 0 : 1);
    }
  });

  test('however much is cut off, there is no answer', () => {
    const sealed = sealAnswer(keptAnswer(), key);
    for (let length = 0; length < sealed.length; length++) {
      expect(unsealAnswer(sealed.subarray(0, length), key), `${length} bytes`).toBe('damaged');
    }
  });

  test('an answer in the place of another is none', () => {
    const sealed = sealAnswer(keptAnswer(), key);
    expect(unsealAnswer(sealed, keyOf('w', 'two'))).toBe('damaged');
    expect(unsealAnswer(sealed, { ...key, workspace: 'v' })).toBe('damaged');
    expect(unsealAnswer(sealed, key)).toEqual(keptAnswer());
  });

  test('an answer of another version is none', async () => {
    const { exact, store } = open();
    const other = Uint8Array.from(sealAnswer(keptAnswer(), key));
    other[3] = 2;
    store.set(key, other, { keptAt: noon, expiresAt: noon + 1 });
    expect(await exact.find(questionOf(key))).toBeUndefined();
    expect(store.get(key)).toBeUndefined();
  });
});

describe('a store that is away', () => {
  const failing = (fails: () => boolean): AnswerStore & { asked: number } => {
    const below = createMemoryStore({ maxBytes: 1e6 });
    const store = {
      ...below,
      name: 'redis' as const,
      asked: 0,
      get: async (...asked: Parameters<AnswerStore['get']>) => {
        store.asked += 1;
        if (fails()) throw new Error('redis://:secret@host is away');
        return below.get(...asked);
      },
      set: async (...asked: Parameters<AnswerStore['set']>) => below.set(...asked),
      remove: async () => {},
      close: async () => {},
    };
    return store;
  };

  test('is a miss, is told once, is left alone for a second, and is taken back', async () => {
    let isAway = false;
    const store = failing(() => isAway);
    const { exact, time, lines } = openOn(store);
    await exact.keep(questionOf(key), keptAnswer());
    isAway = true;
    for (let at = 0; at < 50; at++) expect(await exact.find(questionOf(key))).toBeUndefined();
    expect(store.asked).toBe(1);
    for (let second = 1; second <= 5; second++) {
      time.elapsed = second * 1001;
      expect(await exact.find(questionOf(key))).toBeUndefined();
    }
    expect(store.asked).toBe(6);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('secret');
    isAway = false;
    time.elapsed = 10_000;
    expect(await exact.find(questionOf(key))).toEqual(keptAnswer());
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('works again');
  });

  test('is not waited for', async () => {
    const store = { ...failing(() => false), get: () => new Promise<undefined>(() => {}) };
    const exact = createExactAnswers({ store, clock: systemClock, log: silentLog });
    const before = performance.now();
    expect(await exact.find(questionOf(key))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(3000);
  });
});
