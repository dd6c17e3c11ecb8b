/**
 * A command as words, without a shell: words stand between spaces; single quotes keep everything, double quotes everything
 * but a backslash before a quote or a backslash; nothing is expanded, and whatever a shell would read otherwise is refused.
 */
import { KeelsonError } from '@keelson/core';

const token = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"\\|&;<>()$`*?[\]{}~#!]+)/y;

export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const finish = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null || text.includes('\0')) throw unreadable();
    const [whole, single, double, plain] = found;
    const part = single ?? double?.replace(/\\(["\\])/g, '$1') ?? plain;
    if (part === undefined) finish();
    else word = (word ?? '') + part;
    if (whole === '') throw unreadable();
  }
  finish();
  if (words.length === 0 || words[0] === '') throw unreadable();
  return words;
}

function unreadable(): KeelsonError {
  return new KeelsonError('configuration_invalid', 'A command after `cmd:` cannot be read.', {
    hint: "Write a program and its arguments, and quote what has other signs in it; where a shell is meant, write cmd:sh -c '...'.",
  });
}
