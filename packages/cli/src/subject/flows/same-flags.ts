/** Lines that people are told to write: words as a shell takes them, and the flags by which another command finds the same runs. */
import type { Input } from '../../line/input.ts';

/** As a shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** But for addresses of databases, which may have passwords in them. */
const repeated = ['data', 'workspace', 'server', 'key'];

export function sameFlags(input: Input): string {
  const given = repeated.flatMap((name) => {
    const value = input.knows(name) ? input.text(name) : undefined;
    return value === undefined ? [] : [` --${name} ${quoted(value)}`];
  });
  return `${given.join('')}${input.knows('insecure') && input.isOn('insecure') ? ' --insecure' : ''}`;
}
