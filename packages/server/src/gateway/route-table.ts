// Which path speaks which format. The formats say themselves where their callers knock; paths match at their end, so that
// any prefix of a vendor is served.
import { dialects, matchPath } from '@keelson/core';
import type { AnyDialect } from '@keelson/engine';

interface Row {
  readonly template: string;
  readonly dialect: AnyDialect;
}

// The longest says most: `/chat/completions` is not `/completions`.
const rows: readonly Row[] = Object.values(dialects as unknown as Readonly<Record<string, AnyDialect>>)
  .flatMap((dialect) => dialect.inbound.paths.map((template) => ({ template, dialect })))
  .toSorted((one, other) => other.template.length - one.template.length);

/** Paths without variables come again and again. */
const known = new Map<string, AnyDialect>();
const maxKnown = 64;

export function findDialect(path: string): AnyDialect | undefined {
  const dialect = known.get(path);
  if (dialect !== undefined) return dialect;
  const row = rows.find(({ template }) => matchPath(template, path) !== undefined);
  if (row !== undefined && !row.template.includes('{') && known.size < maxKnown) known.set(path, row.dialect);
  return row?.dialect;
}
