/**
 * The syntax tree of one file, laid out for rules: every node by its type, each with its way up. Rules ask for the
 * types they care about and never walk the tree themselves.
 */
import { type Node, type Program, visitorKeys } from 'oxc-parser';

/** A node and where it hangs. */
export interface Place<N extends Node = Node> {
  readonly node: N;
  readonly parent: Place | undefined;
  /** The parent's field that holds this node. */
  readonly key: string;
}

type NodeType = Node['type'];
type NodeOf<T extends NodeType, N extends Node = Node> = N extends Node
  ? T extends N['type']
    ? N
    : never
  : never;

export interface Syntax {
  readonly byType: ReadonlyMap<NodeType, readonly Place[]>;
  /** Names that the file binds anywhere: variables, parameters, functions, classes, imports. */
  readonly boundNames: ReadonlySet<string>;
}

export function indexSyntax(program: Program): Syntax {
  const byType = new Map<NodeType, Place[]>();
  const boundNames = new Set<string>();
  const visit = (place: Place): void => {
    const { node } = place;
    const peers = byType.get(node.type);
    if (peers) peers.push(place);
    else byType.set(node.type, [place]);
    if (node.type === 'Identifier' && isBinding(place)) boundNames.add(node.name);
    visitChildren(place, visit);
  };
  visit({ node: program, parent: undefined, key: '' });
  return { byType, boundNames };
}

function visitChildren(parent: Place, visit: (place: Place) => void): void {
  const fields = parent.node as unknown as Record<string, unknown>;
  for (const key of visitorKeys[parent.node.type] ?? []) {
    const value = fields[key];
    if (isNode(value)) visit({ node: value, parent, key });
    else if (Array.isArray(value)) {
      for (const node of value) if (isNode(node)) visit({ node, parent, key });
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** All nodes of one type, in the order of the tree, which is nearly that of the text. */
export function placesOf<T extends NodeType>(syntax: Syntax, type: T): readonly Place<NodeOf<T>>[] {
  return (syntax.byType.get(type) ?? []) as readonly Place<NodeOf<T>>[];
}

const bindingKeys: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ClassDeclaration: ['id'],
  ClassExpression: ['id'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  ArrayPattern: ['elements'],
  AssignmentPattern: ['left'],
  RestElement: ['argument'],
};

function isBinding({ parent, key }: Place): boolean {
  if (parent === undefined) return false;
  if (parent.node.type === 'Property') return key === 'value' && parent.parent?.node.type === 'ObjectPattern';
  return bindingKeys[parent.node.type]?.includes(key) ?? false;
}

/** Nodes whose `key` (or the named field) is a name, not a reference to a variable. */
const namingKeys: Readonly<Record<string, readonly string[]>> = {
  Property: ['key'],
  MethodDefinition: ['key'],
  PropertyDefinition: ['key'],
  AccessorProperty: ['key'],
  MemberExpression: ['property'],
  ImportSpecifier: ['imported'],
  ExportSpecifier: ['exported', 'local'],
  ExportAllDeclaration: ['exported'],
  LabeledStatement: ['label'],
  BreakStatement: ['label'],
  ContinueStatement: ['label'],
  MetaProperty: ['meta', 'property'],
};

const valueWrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
]);

/**
 * Whether this identifier stands for a value that the file does not bind itself. Scopes are not followed: a name bound
 * anywhere in the file counts as bound everywhere, which errs towards silence.
 */
export function isGlobalReference(syntax: Syntax, place: Place): boolean {
  const { node, parent, key } = place;
  if (node.type !== 'Identifier' || parent === undefined || syntax.boundNames.has(node.name)) return false;
  if (parent.node.type.startsWith('TS')) return valueWrappers.has(parent.node.type) && key === 'expression';
  const isComputed = 'computed' in parent.node && parent.node.computed === true;
  return isComputed || !(namingKeys[parent.node.type]?.includes(key) ?? false);
}

/** The dotted name of a chain such as `globalThis.process.env`, or undefined where it is no plain chain. */
export function dottedName(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'ChainExpression') return dottedName(node.expression);
  if (node.type !== 'MemberExpression') return undefined;
  const object = dottedName(node.object);
  const property = propertyName(node.property, node.computed);
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}

/** The name a property is read by: `a.b` and `a['b']` are both `b`. */
export function propertyName(property: Node, isComputed: boolean): string | undefined {
  if (!isComputed && property.type === 'Identifier') return property.name;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}
