// Whatever the cut of the bytes, only whole frames are passed on, and all of them.
import { createFrameWriter } from '@keelson/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WholeFrames } from './whole-frames.ts';

const framings = ['sse', 'ndjson', 'eventstream'] as const;

test.each(framings)('%s: any cut gives whole frames and loses no byte', (framing) => {
  const texts = fc.array(
    fc.string().map((text) => JSON.stringify({ text })),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(texts, fc.array(fc.nat(200)), (datas, cuts) => {
      const writer = createFrameWriter(framing);
      const frames = datas.map((data) => Buffer.from(writer.push({ event: 'e', data })));
      const ends = new Set(frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length));
      const all = Buffer.concat(frames);
      const whole = new WholeFrames(framing);
      const passed: Buffer[] = [];
      let from = 0;
      for (const to of [...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length]) {
        const piece = whole.push(all.subarray(from, to));
        if (piece !== undefined) passed.push(Buffer.from(piece));
        const sent = Buffer.concat(passed).length;
        expect(sent === 0 || ends.has(sent)).toBe(true);
        from = to;
      }
      expect(Buffer.concat(passed)).toEqual(all);
    }),
  );
});

test('what was never finished is kept apart', () => {
  const whole = new WholeFrames('sse');
  expect(String(whole.push(Buffer.from('data: 1\r\n\r\ndata: 2')))).toBe('data: 1\r\n\r\n');
  expect(String(whole.takeRest())).toBe('data: 2');
  expect(whole.takeRest()).toBeUndefined();
});
