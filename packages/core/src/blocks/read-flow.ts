/**
 * Makes a block of a flow that came as data, from JSON or YAML: nodes of known kinds, ways, conditions, inputs. Every problem is
 * found and told with its place, and then there is no block.
 */
import { isJsonObject, type Json } from '../json/index.ts';
import type { AnyBlock, Block } from './block.ts';
import { BlockError } from './block-error.ts';
import { type FlowCondition, readCondition } from './flow-condition.ts';
import { readMapping } from './flow-mapping.ts';
import { FlowReader } from './flow-reader.ts';
import { type NamedRepair, readRecovery } from './flow-recovery.ts';
import { buildGraph, type EdgeDefinition, type NodeDefinition, type Ways } from './graph.ts';
import { type GraphProblem, graphProblem } from './graph-problem.ts';

/** Makes the block of a node from its fields; undefined after having complained. */
export type FlowKind = (name: string, node: FlowReader) => AnyBlock | undefined;

/** What the names in a flow file mean. Kinds say which nodes there can be; all others are given by code. */
export interface FlowVocabulary {
  readonly kinds: Readonly<Record<string, FlowKind>>;
  readonly conditions?: Readonly<Record<string, FlowCondition>>;
  readonly repairs?: Readonly<Record<string, NamedRepair>>;
}

export type ReadFlow =
  | { readonly block: Block<unknown, unknown>; readonly problems: readonly [] }
  | { readonly block?: never; readonly problems: readonly GraphProblem[] };

export function readFlow(value: Json, vocabulary: FlowVocabulary): ReadFlow {
  const problems: GraphProblem[] = [];
  if (!isJsonObject(value))
    return {
      problems: [graphProblem('invalid_graph', [], 'must be an object with `flow`, `entry` and `nodes`.')],
    };
  const reader = new FlowReader(value, [], problems);
  const name = reader.neededText('flow');
  const version = reader.text('version');
  const entry = reader.neededText('entry');
  const maxSteps = reader.count('maxSteps', 1);
  reader.text('description');
  // For whoever asks the flow like a model; here it is only held to what it may say.
  reader.oneOf('takes', ['text', 'conversation']);
  if (!reader.has('nodes')) reader.complain('nodes', 'is missing; it names the nodes of the graph.');
  const list = reader.object('nodes');
  reader.finish();
  if (list === undefined) return { problems };
  const names = new Set(Object.keys(list.value));
  // Without a prototype: a node may have any name.
  const nodes = Object.create(null) as Record<string, NodeDefinition>;
  const edges = Object.create(null) as Record<string, Ways>;
  for (const node of names) {
    const fields = list.object(node);
    if (fields === undefined) continue;
    const read = readNode(node, fields, { vocabulary, names });
    // A node that is wrong is still one that edges may lead to.
    nodes[node] = read.definition ?? { block: missing };
    if (read.ways !== undefined) edges[node] = read.ways;
  }
  if (name === undefined || entry === undefined) return { problems };
  const settings = { ...(maxSteps !== undefined && { maxSteps }), ...(version !== undefined && { version }) };
  return finish(name, { entry, nodes, edges, ...settings }, problems);
}

function finish(
  name: string,
  definition: Parameters<typeof buildGraph>[1],
  problems: GraphProblem[],
): ReadFlow {
  try {
    const built = buildGraph(name, definition);
    if ('problems' in built) problems.push(...built.problems.map(inWordsOfTheFile));
    else if (problems.length === 0) return { block: built.block, problems: [] };
  } catch (thrown) {
    if (!BlockError.is(thrown)) throw thrown;
    problems.push(graphProblem('invalid_graph', ['flow'], thrown.message));
  }
  return { problems };
}

/** The file has ways inside of nodes. */
function inWordsOfTheFile({ reason, keys, says }: GraphProblem): GraphProblem {
  const [first, node, ...rest] = keys;
  if (first !== 'edges' || node === undefined) return graphProblem(reason, keys, says);
  return graphProblem(reason, ['nodes', node, 'next', ...rest], says);
}

/** Stands where a node could not be made, so that all others can be checked. */
const missing: AnyBlock = {
  body: { type: 'leaf', run: () => null },
  warnings: [],
  effects: 'none',
} as unknown as AnyBlock;

interface NodeQuestion {
  readonly vocabulary: FlowVocabulary;
  readonly names: ReadonlySet<string>;
}

function readNode(
  name: string,
  fields: FlowReader,
  { vocabulary, names }: NodeQuestion,
): { readonly definition?: NodeDefinition; readonly ways?: Ways } {
  const ways = readWays(fields, vocabulary.conditions ?? {}, names);
  const input = fields.json('input');
  const mapping =
    input === undefined ? undefined : readMapping(input, names, (says) => fields.complain('input', says));
  const context = fields.texts('context');
  const block = makeBlock(name, fields, vocabulary);
  fields.finish();
  const parts = { ...(mapping && { input: mapping }), ...(context && { context }) };
  return {
    ...(block !== undefined && { definition: { block, ...parts } }),
    ...(ways !== undefined && { ways }),
  };
}

function makeBlock(
  name: string,
  fields: FlowReader,
  { kinds, repairs = {} }: FlowVocabulary,
): AnyBlock | undefined {
  const kind = fields.registered('kind', kinds, 'kind of node');
  const recovery = readRecovery(fields, repairs);
  const timeoutMs = fields.count('timeoutMs', 1);
  const nanoDollars = fields.count('nanoDollars');
  try {
    const block = kind?.(name, fields);
    if (block === undefined) return undefined;
    const recovering = fields.has('recover') ? block.recover(...recovery) : block;
    const limits = {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(nanoDollars !== undefined && { nanoDollars }),
    };
    return Object.keys(limits).length === 0 ? recovering : recovering.within(limits);
  } catch (thrown) {
    if (!BlockError.is(thrown)) throw thrown;
    fields.complain(undefined, thrown.message);
    return undefined;
  }
}

/** `next: other`, or a list of `{ to, when, name }`. */
function readWays(
  fields: FlowReader,
  conditions: Readonly<Record<string, FlowCondition>>,
  names: ReadonlySet<string>,
): Ways | undefined {
  const next = fields.json('next');
  if (next === undefined) return undefined;
  if (typeof next === 'string') return next;
  return fields.objects('next')?.flatMap((way): EdgeDefinition[] => {
    const to = way.neededText('to');
    const name = way.text('name');
    const isConditional = way.has('when');
    const when = isConditional ? readCondition(way, conditions, names) : undefined;
    way.finish();
    if (to === undefined) return [];
    const edge = name === undefined ? { to } : { to, name };
    // A condition that could not be read is still one.
    return [isConditional ? { ...edge, when: when ?? (() => false) } : edge];
  });
}
