import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { type Bound, bounds, checkBound } from './bounds.ts';

describe('bounds', () => {
  it.each(
    Object.keys(bounds) as Bound[],
  )('allow as many %s as they say and refuse one more by name', (bound) => {
    const limit = bounds[bound];
    expect(checkBound(bound, limit, 'a.b')).toBeUndefined();
    let thrown: unknown;
    try {
      checkBound(bound, limit + 1, 'a.b');
    } catch (error) {
      thrown = error;
    }
    expect(KeelsonError.is(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'request_too_large', details: { field: 'a.b', limit } });
    expect((thrown as Error).message).toBe(`\`a.b\` counts ${limit + 1}; the limit is ${limit}.`);
  });
});
