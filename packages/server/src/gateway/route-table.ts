// Which path speaks which format. The formats say themselves where their callers knock; paths match at their end, so that
// any prefix of a vendor is served.
import { dialects, embedDialects, matchPath, rerankDialects } from '@keelson/core';
import type { AskedCall } from '@keelson/engine';

export interface Route {
  readonly endpoint: AskedCall['endpoint'];
  readonly dialect: AskedCall['dialect'];
}

interface Row extends Route {
  readonly template: string;
}

// The longest says most: `/chat/completions` is not `/completions`.
const rows: readonly Row[] = [
  ...rowsOf('chat', dialects),
  ...rowsOf('embed', embedDialects),
  ...rowsOf('rerank', rerankDialects),
].toSorted((one, other) => other.template.length - one.template.length);

function rowsOf(endpoint: Route['endpoint'], named: object): Row[] {
  return (Object.values(named) as Route['dialect'][]).flatMap((dialect) =>
    dialect.inbound.paths.map((template) => ({ template, endpoint, dialect })),
  );
}

/** Paths without variables come again and again. */
const known = new Map<string, Route>();
const maxKnown = 64;

export function findRoute(path: string): Route | undefined {
  const route = known.get(path);
  if (route !== undefined) return route;
  const row = rows.find(({ template }) => matchPath(template, path) !== undefined);
  if (row !== undefined && !row.template.includes('{') && known.size < maxKnown) known.set(path, row);
  return row;
}
