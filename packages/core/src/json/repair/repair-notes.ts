/** The list of what was repaired, in words: each kind once, and never longer than a reader would read. */
import { maxRepairNotes } from '../bounds.ts';

export class RepairNotes {
  readonly #notes = new Set<string>();

  add(note: string): void {
    if (this.#notes.size < maxRepairNotes) this.#notes.add(note);
  }

  list(): readonly string[] {
    return [...this.#notes];
  }
}

/** A field name as a note shows it. */
export function shownName(name: string): string {
  return name.length > 60 ? `\`${name.slice(0, 60)}…\`` : `\`${name}\``;
}
