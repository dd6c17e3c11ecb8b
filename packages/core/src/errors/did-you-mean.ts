/** Names that somebody may have meant. */

const mostSuggestions = 3;
const longestName = 120;

/** The nearest of the names, nearest first; a model counts with and without its provider in front. */
function suggest(wanted: string, names: Iterable<string>): string[] {
  if (wanted.length > longestName) return [];
  const sought = wanted.toLowerCase();
  const most = Math.max(1, Math.floor(sought.length / 3));
  const near: { name: string; distance: number }[] = [];
  for (const name of names) {
    const distance = nearness(sought, name.toLowerCase(), most);
    if (distance <= most) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, mostSuggestions).map(({ name }) => name);
}

function nearness(sought: string, name: string, most: number): number {
  const short = name.slice(name.indexOf(':') + 1);
  if (sought.length >= 4 && name.includes(sought)) return most;
  return Math.min(editDistance(sought, name, most), editDistance(sought, short, most));
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `most` is only known to be more. */
function editDistance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let at = 1; at <= to.length; at++) {
      const replaced = (row[at - 1] as number) + (from[line - 1] === to[at - 1] ? 0 : 1);
      const isSwap = line > 1 && at > 1 && from[line - 1] === to[at - 2] && from[line - 2] === to[at - 1];
      const swapped = isSwap ? (before[at - 2] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[at] as number) + 1, (next[at - 1] as number) + 1));
    }
    if (Math.min(...next) > most) return most + 1;
    before = row;
    row = next;
  }
  return row[to.length] as number;
}

/** `Did you mean `a`, `b` or `c`?`, or undefined where nothing is near. */
export function didYouMean(wanted: string, names: Iterable<string>): string | undefined {
  const near = suggest(wanted, names).map((name) => `\`${name}\``);
  const last = near.pop();
  if (last === undefined) return undefined;
  return `Did you mean ${near.length === 0 ? last : `${near.join(', ')} or ${last}`}?`;
}
