/** Text as the simulator counts and cuts it: one word is one token, and a stream sends it piece by piece. */
import { createRandom } from './random.ts';

const vocabulary = (
  'anchor beam bow cabin cargo chart compass course crew current deck dock harbour hull keel ladder ' +
  'lantern ledger mast oar pilot plank port rigging rope rudder sail signal stern storm tide wind'
).split(' ');

/** Pieces that join to the text again: a word with the space in front of it, long words in several. */
export function splitText(text: string): string[] {
  return text.match(/\s*\S{1,16}|\s+/gu) ?? [];
}

/** Pieces of a few characters, as tool arguments arrive. */
export function splitArguments(text: string): string[] {
  return text.match(/.{1,8}/gsu) ?? [];
}

export function countWords(text: string): number {
  let count = 0;
  let isInside = false;
  for (let index = 0; index < text.length; index++) {
    const isSpace = text.charCodeAt(index) <= 0x20;
    if (!isSpace && !isInside) count += 1;
    isInside = !isSpace;
  }
  return count;
}

/** The first words of a text, with the space between them as it was. */
export function firstWords(text: string, count: number): string {
  if (count <= 0) return '';
  let seen = 0;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    seen += 1;
    if (seen === count) return text.slice(0, index + word.length);
  }
  return text;
}

/** So many words that mean nothing, the same for the same seed. */
export function inventWords(count: number, seed: number): string {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => vocabulary[Math.floor(random() * vocabulary.length)]).join(' ');
}
