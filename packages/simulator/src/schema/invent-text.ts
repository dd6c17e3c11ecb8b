/** A string for a string schema: its format or pattern if it has one, a sample named after the field otherwise. */
import type { JsonObject } from '@keelson/core';
import { inventPatternText } from './pattern-text.ts';

/** By `format`; the number makes the items of a list differ. */
const formats: Readonly<Record<string, (variant: number) => string>> = {
  date: (variant) => `2026-01-${String((variant % 28) + 1).padStart(2, '0')}`,
  'date-time': (variant) => `2026-01-${String((variant % 28) + 1).padStart(2, '0')}T12:00:00Z`,
  time: (variant) => `12:00:${String(variant % 60).padStart(2, '0')}Z`,
  duration: (variant) => `PT${variant + 1}M`,
  email: (variant) => `sample${variant + 1}@example.com`,
  hostname: (variant) => `sample${variant + 1}.example.com`,
  ipv4: (variant) => `192.0.2.${(variant % 254) + 1}`,
  ipv6: (variant) => `2001:db8::${((variant % 0xfffe) + 1).toString(16)}`,
  uri: (variant) => `https://example.com/${variant + 1}`,
  url: (variant) => `https://example.com/${variant + 1}`,
  uuid: (variant) => `00000000-0000-4000-8000-${String(variant + 1).padStart(12, '0')}`,
};

export function inventText(schema: JsonObject, name: string, variant: number): string {
  const { format, pattern } = schema;
  if (typeof format === 'string' && Object.hasOwn(formats, format)) return formats[format]?.(variant) ?? '';
  const matching = typeof pattern === 'string' ? inventPatternText(pattern) : undefined;
  if (matching !== undefined) return matching;
  const sample = variant === 0 ? `sample ${name}` : `sample ${name} ${variant + 1}`;
  return fitLength(sample, schema);
}

/** JSON schema counts characters, not UTF-16 units. */
function fitLength(text: string, { minLength, maxLength }: JsonObject): string {
  const characters = [...text];
  const longest = typeof maxLength === 'number' ? maxLength : characters.length;
  const shortest = typeof minLength === 'number' ? Math.min(minLength, 100_000) : 0;
  // Cut in front, where the samples of a list are alike.
  const cut =
    characters.length > longest ? characters.slice(characters.length - Math.max(0, longest)) : characters;
  return cut.join('').padEnd(shortest + (cut.join('').length - cut.length), 'x');
}
