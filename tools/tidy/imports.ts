/** Every way a file names another module, as one list: static, type-only and dynamic imports, re-exports, `require`. */
import type { Node } from 'oxc-parser';
import { type Place, placesOf, type Syntax } from './syntax.ts';

export interface ImportSite {
  readonly specifier: string;
  readonly offset: number;
  /** `type` leaves nothing at run time; `dynamic` loads when the line runs. */
  readonly kind: 'static' | 'type' | 'dynamic';
  /** The names taken, as the other module spells them; `default` and `*` included. */
  readonly names: readonly string[];
}

export function collectImports(syntax: Syntax): ImportSite[] {
  const sites = [
    ...placesOf(syntax, 'ImportDeclaration').map(({ node }) =>
      site(node.source, node.importKind === 'type' ? 'type' : 'static', node.specifiers.map(importedName)),
    ),
    ...placesOf(syntax, 'ExportNamedDeclaration').map(({ node }) =>
      site(
        node.source,
        node.exportKind === 'type' ? 'type' : 'static',
        node.specifiers.map((one) => nameOf(one.local)),
      ),
    ),
    ...placesOf(syntax, 'ExportAllDeclaration').map(({ node }) =>
      site(node.source, node.exportKind === 'type' ? 'type' : 'static', ['*']),
    ),
    ...placesOf(syntax, 'ImportExpression').map(({ node }) => site(node.source, 'dynamic', ['*'])),
    ...placesOf(syntax, 'TSImportType').map(({ node }) => site(node.source, 'type', ['*'])),
    ...placesOf(syntax, 'TSExternalModuleReference').map(({ node }) =>
      site(node.expression, 'static', ['*']),
    ),
    ...placesOf(syntax, 'CallExpression').map(requireSite),
  ];
  return sites.filter((one) => one !== undefined).sort((a, b) => a.offset - b.offset);
}

function site(
  source: Node | null,
  kind: ImportSite['kind'],
  names: readonly string[],
): ImportSite | undefined {
  if (source === null || source.type !== 'Literal' || typeof source.value !== 'string') return undefined;
  return { specifier: source.value, offset: source.start, kind, names };
}

function requireSite({ node }: Place & { node: { type: 'CallExpression' } }): ImportSite | undefined {
  const [first] = node.arguments;
  const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require';
  return isRequire && first !== undefined ? site(first, 'static', ['*']) : undefined;
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportSpecifier') return nameOf(specifier.imported);
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*';
}

function nameOf(name: Node): string {
  if (name.type === 'Identifier') return name.name;
  return name.type === 'Literal' && typeof name.value === 'string' ? name.value : '*';
}
