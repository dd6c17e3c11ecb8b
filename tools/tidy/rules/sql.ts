/** Only engine/src/storage holds SQL: no statement in a string, and no database library, anywhere else. */
import { isAmong, packageNameOf } from '../locate.ts';
import { createReport, type FileRule } from '../rule.ts';
import { placesOf } from '../syntax.ts';

const report = createReport('sql');

const storage = 'packages/engine/src/storage/';
const databaseLibraries = new Set(['kysely', 'pg', 'node:sqlite', 'better-sqlite3']);

/** In capitals a statement is recognised anywhere; in small letters, only where prose would not be written so. */
const statements = [
  /\bSELECT\s[^;]*\sFROM\s+["\w]/,
  /\b(INSERT\s+INTO|DELETE\s+FROM|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW|TRIGGER)|(ALTER|DROP)\s+TABLE)\s+["\w]/,
  /\bUPDATE\s+["\w]+\s+SET\s/,
  /^\s*PRAGMA\s+\w/i,
  /^\s*select\s+(\*|["\w.]+\s*,|count\()[^;]*\sfrom\s+["\w]/,
  /^\s*(insert\s+into\s+["\w]+\s*\(|delete\s+from\s+["\w]+\s+where\s|create\s+(unique\s+)?(table|index)\s+(if\s+not\s+exists\s+)?["\w]+\s*(\(|on\s))/,
  /^\s*update\s+["\w]+\s+set\s+["\w]+\s*=/,
];

export const sqlRule: FileRule = (file) => {
  const isJudged = /^(packages|apps)\//.test(file.path) && file.kind === 'source';
  if (!isJudged || isAmong(file.path, [storage])) return [];
  const texts = [
    ...placesOf(file.syntax, 'Literal').map(({ node }) => ({ text: node.value, offset: node.start })),
    ...placesOf(file.syntax, 'TemplateLiteral').map(({ node }) => ({
      text: node.quasis.map(({ value }) => value.raw).join('x'),
      offset: node.start,
    })),
  ].filter(({ text }) => typeof text === 'string' && statements.some((pattern) => pattern.test(text)));
  const libraries = file.imports.filter(
    ({ specifier, kind }) =>
      kind !== 'type' &&
      (databaseLibraries.has(specifier) || databaseLibraries.has(packageNameOf(specifier))),
  );
  return [
    ...texts.map(({ offset }) =>
      report(
        file,
        offset,
        'SQL belongs in engine/src/storage; add a function to the query file of this aggregate and call it.',
      ),
    ),
    ...libraries.map(({ specifier, offset }) =>
      report(
        file,
        offset,
        `only engine/src/storage talks to a database; take its functions instead of \`${specifier}\`.`,
      ),
    ),
  ];
};
