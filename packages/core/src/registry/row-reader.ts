/** Reads typed fields of one registry row and gathers what is wrong with it, named by row and field. */
import type { Json, JsonObject } from '../json/index.ts';

/** What is wrong with one row of a registry file, or with the file itself. */
export interface RegistryProblem {
  /** Key of the row; undefined where the whole file is meant. */
  readonly row?: string;
  readonly field?: string;
  readonly says: string;
}

export class RowReader {
  readonly problems: RegistryProblem[] = [];
  /** What was read all the same. */
  readonly warnings: RegistryProblem[] = [];
  readonly #row: JsonObject;
  readonly #key: string;

  constructor(key: string, row: JsonObject) {
    this.#key = key;
    this.#row = row;
  }

  warn(field: string, remark: string): void {
    this.warnings.push({ row: this.#key, field, says: `\`${field}\` of \`${this.#key}\` ${remark}.` });
  }

  complain(field: string, complaint: string): void {
    const says = `\`${field}\` of \`${this.#key}\` ${complaint}.`;
    this.problems.push({ row: this.#key, field, says });
  }

  /** A field that is null counts as absent: curation leaves those behind. */
  peek(field: string): Json | undefined {
    return Object.hasOwn(this.#row, field) ? (this.#row[field] ?? undefined) : undefined;
  }

  fields(): readonly string[] {
    return Object.keys(this.#row).filter((field) => this.peek(field) !== undefined);
  }

  text(field: string): string | undefined {
    const value = this.peek(field);
    if (value === undefined || typeof value === 'string') return value;
    this.complain(field, 'must be text');
    return undefined;
  }

  flag(field: string): boolean | undefined {
    const value = this.peek(field);
    if (value === undefined || typeof value === 'boolean') return value;
    this.complain(field, 'must be true or false');
    return undefined;
  }

  /** A whole number from 0. */
  count(field: string): number | undefined {
    const value = this.peek(field);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.complain(field, 'must be a whole number from 0');
    return undefined;
  }

  date(field: string): string | undefined {
    const value = this.text(field);
    if (value === undefined || /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(value)) return value?.slice(0, 10);
    this.complain(field, 'must be a date such as `2026-08-31`');
    return undefined;
  }

  texts(field: string): readonly string[] {
    const value = this.peek(field);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    this.complain(field, 'must be a list of texts');
    return [];
  }
}
