/**
 * JSON text as Python's `json.dumps(value, sort_keys=True, separators=(",", ":"))` writes it, which is what LLMRing hashes:
 * ASCII only, and floats that say so. Canonical JSON of our own is RFC 8785, and differs in both.
 */

/** A number that was written as a float; the others were whole. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type PythonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | PythonFloat
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

export function pythonJson(value: PythonValue): string {
  if (value instanceof PythonFloat) return floatText(value.value);
  if (typeof value === 'string') return asciiText(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value as { readonly [key: string]: PythonValue });
    fields.sort(([a], [b]) => compareCodePoints(a, b));
    return `{${fields.map(([key, inner]) => `${asciiText(key)}:${pythonJson(inner)}`).join(',')}}`;
  }
  return String(value);
}

const asciiText = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function compareCodePoints(a: string, b: string): number {
  const [one, other] = [[...a], [...b]];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference =
      ((one[at] as string).codePointAt(0) ?? 0) - ((other[at] as string).codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Python writes exponents from 1e16 up and below 1e-4, with two digits; JavaScript does so at other sizes. */
function floatText(value: number): string {
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
