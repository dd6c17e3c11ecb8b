/**
 * Finds the end of a JSON number by the strict grammar. A loop rather than a pattern: on a run of millions of digits a
 * pattern would exhaust the engine's backtracking stack.
 */

export type NumberEnd =
  | { readonly state: 'number'; readonly end: number }
  /** The text ended where a digit is still needed: `-`, `1.`, `2e+`. */
  | { readonly state: 'cut' }
  | { readonly state: 'invalid'; readonly position: number };

export function readNumber(text: string, start: number): NumberEnd {
  let at = text[start] === '-' ? start + 1 : start;
  const whole = at;
  at = text[at] === '0' ? at + 1 : skipDigits(text, at);
  if (at === whole) return missingDigit(text, at);
  if (text[at] === '.') {
    const fraction = at + 1;
    at = skipDigits(text, fraction);
    if (at === fraction) return missingDigit(text, at);
  }
  if (text[at] === 'e' || text[at] === 'E') {
    const exponent = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1;
    at = skipDigits(text, exponent);
    if (at === exponent) return missingDigit(text, at);
  }
  return { state: 'number', end: at };
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function missingDigit(text: string, at: number): NumberEnd {
  return at >= text.length ? { state: 'cut' } : { state: 'invalid', position: at };
}
