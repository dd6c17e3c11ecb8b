/** Where every field and item of a JSON text stands. The text must already have been accepted by the parser. */
import { pathKey } from './toml-layout.ts';

const word = /[^\s,\]}:]+/y;
const text = /"(?:[^"\\]|\\.)*"/sy;
const gap = /[\s,:]*/y;

/** Offsets by `pathKey`. */
export function locateJson(json: string): Map<string, number> {
  const offsets = new Map<string, number>();
  let at = 0;

  const take = (form: RegExp): string => {
    form.lastIndex = at;
    const [taken] = form.exec(json) ?? [''];
    at += taken.length;
    return taken;
  };

  const readValue = (path: (string | number)[]): void => {
    const char = json[at];
    if (char === '{' || char === '[') readInside(path, char === '{' ? '}' : ']');
    else take(char === '"' ? text : word);
  };

  const readInside = (path: (string | number)[], end: string): void => {
    at++;
    for (let index = 0; ; index++) {
      take(gap);
      if (json[at] === end || at >= json.length) break;
      const start = at;
      const inner = [...path, end === '}' ? (JSON.parse(take(text)) as string) : index];
      take(gap);
      offsets.set(pathKey(inner), start);
      readValue(inner);
    }
    at++;
  };

  take(gap);
  readValue([]);
  return offsets;
}
