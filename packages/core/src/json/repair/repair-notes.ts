/** The list of what was repaired, in words: each kind once, and never longer than a reader would read. */
import { maxRepairNotes } from '../bounds.ts';

/** Among the repairs of a text that ended before its document did: there may have been more. */
export const cutNote = 'closed what the text left open';

export class RepairNotes {
  readonly #notes = new Set<string>();

  add(note: string): void {
    if (this.#notes.size < maxRepairNotes) this.#notes.add(note);
    else if (note === cutNote && !this.#notes.has(note)) {
      // Whoever reads them must not miss this one.
      this.#notes.delete([...this.#notes].at(-1) as string);
      this.#notes.add(note);
    }
  }

  list(): readonly string[] {
    return [...this.#notes];
  }
}

/** A field name as a note shows it. */
export function shownName(name: string): string {
  return name.length > 60 ? `\`${name.slice(0, 60)}…\`` : `\`${name}\``;
}
