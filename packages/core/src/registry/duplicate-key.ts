/** Finds a key that stands twice in one object of JSON text: readers disagree which of the two counts, so nobody may choose. */

export interface DuplicateKey {
  readonly key: string;
  /** Where it stands for the second time. */
  readonly position: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The text must be well-formed JSON. */
export function findDuplicateKey(text: string): DuplicateKey | undefined {
  // Of each open container the keys so far; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let isKeyNext = false;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(undefined);
    else if (found === '}' || found === ']') open.pop();
    else if (isKeyNext && found.startsWith('"')) {
      const key = found.includes('\\') ? (JSON.parse(found) as string) : found.slice(1, -1);
      const keys = open.at(-1);
      if (keys?.has(key) === true) return { key, position: index };
      keys?.add(key);
    }
    isKeyNext = found === '{' || (found === ',' && open.at(-1) !== undefined);
  }
  return undefined;
}
