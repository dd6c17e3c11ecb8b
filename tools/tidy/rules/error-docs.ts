/** docs/errors.md and the error table of core say the same, in both directions: code, status, retry and fault. */
import type { Node } from 'oxc-parser';
import type { Problem } from '../problem.ts';
import { readTables } from '../read-markdown.ts';
import { type ParsedFile, parseSource } from '../read-sources.ts';
import type { TreeRule } from '../rule.ts';
import { placesOf, propertyName } from '../syntax.ts';

const tablePath = 'packages/core/src/errors/error-table.ts';
const pagePath = 'docs/errors.md';
const columns = ['status', 'retry', 'fault'] as const;

interface Row {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export const errorDocsRule: TreeRule = (tree) => {
  const text = tree.read(tablePath);
  if (text === undefined) return [];
  const table = readErrorTable(parseSource(tablePath, text));
  if (table.size === 0) {
    return [
      problem(
        tablePath,
        1,
        'no error code can be read here; write `export const errorTable = { code: row(status, retry, fault, hint) }`.',
      ),
    ];
  }
  const page = tree.read(pagePath);
  if (page === undefined)
    return [problem(tablePath, 1, `${pagePath} is missing; describe there each code of this table.`)];
  return [...checkTable(table, readPage(page)), ...checkPage(table, page)];
};

function checkTable(table: ReadonlyMap<string, Row>, page: ReadonlyMap<string, Row>): Problem[] {
  return [...table].flatMap(([code, { line, values }]) => {
    const described = page.get(code);
    if (described === undefined) {
      return [
        problem(
          tablePath,
          line,
          `\`${code}\` is not in ${pagePath}; add \`| \\\`${code}\\\` | ${columns.map((name) => values[name]).join(' | ')} | hint |\`.`,
        ),
      ];
    }
    return columns
      .filter((name) => described.values[name] !== values[name])
      .map((name) =>
        problem(
          pagePath,
          described.line,
          `the ${name} of \`${code}\` is \`${values[name]}\` in the error table, not \`${described.values[name]}\`; correct the page.`,
        ),
      );
  });
}

function checkPage(table: ReadonlyMap<string, Row>, page: string): Problem[] {
  const seen = new Set<string>();
  return errorRows(page).flatMap(({ line, cells }) => {
    const code = cells.code ?? '';
    if (!table.has(code))
      return [
        problem(
          pagePath,
          line,
          `\`${code}\` is no code of ${tablePath}; remove the row or correct the name.`,
        ),
      ];
    if (seen.has(code)) return [problem(pagePath, line, `\`${code}\` is described twice; remove one row.`)];
    seen.add(code);
    return [];
  });
}

function readPage(page: string): Map<string, Row> {
  return new Map(errorRows(page).map(({ line, cells }) => [cells.code ?? '', { line, values: cells }]));
}

/** Rows of tables that begin with a column `code`; other tables of the page explain other things. */
function errorRows(page: string): ReturnType<typeof readTables> {
  return readTables(page).filter(({ cells }) => Object.keys(cells)[0] === 'code');
}

function readErrorTable(file: ParsedFile): Map<string, Row> {
  const [declaration] = placesOf(file.syntax, 'VariableDeclarator').filter(
    ({ node }) => node.id.type === 'Identifier' && node.id.name === 'errorTable',
  );
  const table = declaration?.node.init && unwrap(declaration.node.init);
  if (table?.type !== 'ObjectExpression') return new Map();
  return new Map(
    table.properties.flatMap((property): [string, Row][] => {
      const code = property.type === 'Property' ? propertyName(property.key, property.computed) : undefined;
      const values = property.type === 'Property' ? readRow(property.value) : undefined;
      return code === undefined || values === undefined
        ? []
        : [[code, { line: file.lineAt(property.start), values }]];
    }),
  );
}

function unwrap(node: Node): Node {
  return node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression'
    ? unwrap(node.expression)
    : node;
}

/** Either `row(400, 'never', 'caller', 'hint')` or `{ status: 400, retry: 'never', fault: 'caller', hint: '…' }`. */
function readRow(node: Node): Record<string, string> | undefined {
  if (node.type === 'CallExpression') {
    const values = node.arguments.map(literalText);
    return Object.fromEntries(columns.map((name, index) => [name, values[index] ?? '']));
  }
  if (node.type !== 'ObjectExpression') return undefined;
  const fields = node.properties.flatMap((field): [string, string][] =>
    field.type === 'Property'
      ? [[propertyName(field.key, field.computed) ?? '', literalText(field.value)]]
      : [],
  );
  return Object.fromEntries(fields);
}

function literalText(node: Node): string {
  return node.type === 'Literal' ? String(node.value) : '';
}

function problem(file: string, line: number, says: string): Problem {
  return { rule: 'error-docs', file, line, says };
}
