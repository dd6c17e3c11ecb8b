/** Where in a text something is, and what is there, in words fit for a message. */

/** `line 3, column 14`, both counted from one. */
export function describePosition(text: string, position: number): string {
  let line = 1;
  let lineStart = 0;
  for (;;) {
    const newline = text.indexOf('\n', lineStart);
    if (newline === -1 || newline >= position) return `line ${line}, column ${position - lineStart + 1}`;
    line++;
    lineStart = newline + 1;
  }
}

/** The character at a position. Anything but plain ASCII is given by its number: a message must not carry it raw. */
export function describeCharacter(text: string, position: number): string {
  const code = text.codePointAt(position);
  if (code === undefined) return 'the text ends';
  if (code > 32 && code < 127) return `found \`${String.fromCodePoint(code)}\``;
  return `found U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
