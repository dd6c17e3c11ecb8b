/** Names in the alphabets and lengths of the vendors, made from a text so that they repeat. */
import { createRandom, hashText } from '../random.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const alphabets = {
  hex: `${digits}abcdef`,
  lower: `${digits}${letters}`,
  mixed: `${digits}${letters}${letters.toUpperCase()}`,
} as const;

export function nameOf(text: string, length: number, alphabet: keyof typeof alphabets): string {
  const random = createRandom(hashText(text));
  const characters = alphabets[alphabet];
  return Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('');
}

export function uuidOf(text: string): string {
  const hex = nameOf(text, 32, 'hex');
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => hex.slice(cuts[index], end))
    .join('-');
}
