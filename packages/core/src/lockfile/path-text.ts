/** A path in a lockfile as its readers would write it: `profiles.default.pins."openai:gpt-5".prices`. */
import type { TomlPath } from './toml-layout.ts';

const bare = /^[A-Za-z0-9_-]+$/;

export function pathText(path: TomlPath): string {
  return path.reduce<string>((told, step) => {
    if (typeof step === 'number') return `${told}[${step}]`;
    return `${told}${told === '' ? '' : '.'}${keyText(step)}`;
  }, '');
}

export const keyText = (key: string): string => (bare.test(key) ? key : quoteToml(key));

/** A basic string of one line. JSON escapes all that TOML wants escaped, except for one character. */
export const quoteToml = (text: string): string => JSON.stringify(text).replaceAll('\u007F', '\\u007F');
