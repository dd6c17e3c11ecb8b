/**
 * Vectors that stay the same for a text, and are near to each other for texts that share words: each word is hashed to a
 * direction and a text is the sum of its words. Good enough to see a semantic cache or a search work.
 */
import { createRandom, hashText } from '../random.ts';

export function textVector(text: string, dimensions: number): Float64Array {
  const sum = new Float64Array(dimensions);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text];
  for (const word of words.slice(0, mostWords)) {
    const random = createRandom(hashText(word));
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + random() - 0.5;
  }
  return normalise(sum);
}

/** Later words would change little and cost the same. */
const mostWords = 2000;

/** Of two vectors of length 1: from -1 to 1. */
export function similarity(first: Float64Array, second: Float64Array): number {
  return first.reduce((sum, value, index) => sum + value * (second[index] ?? 0), 0);
}

function normalise(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
