/** Composites that go through their children in order or side by side. Each gives back how it ended; nothing is retried here. */
import {
  type AllBody,
  type AnyBlock,
  type BlockResponse,
  type BranchBody,
  classOf,
  type EachBody,
  type FlowBody,
  type LoopBody,
  type RaceBody,
  refuse,
  type SeqBody,
  setField,
} from '@keelson/core';
import { type Ending, endWith } from './ending.ts';
import type { Frame } from './frame.ts';
import { isThenable, leaveBehind } from './thenable.ts';

export async function runSeq(frame: Frame, { children }: SeqBody, payload: unknown): Promise<Ending> {
  let value = payload;
  let ending: Ending = { success: true, data: value };
  for (const { node, block } of children) {
    const response = await frame.visit(node, block, value);
    ending = endWith(response, block.name, node);
    if (!response.success) return ending;
    value = response.data;
  }
  return ending;
}

export async function runAll(
  frame: Frame,
  { children, concurrency }: AllBody,
  payload: unknown,
): Promise<Ending> {
  const responses = await runMany(children, concurrency, ({ node, block }) =>
    frame.visit(node, block, payload),
  );
  const failed = pickFailure(responses);
  if (failed !== undefined) {
    const child = children[failed] as AllBody['children'][number];
    return endWith(responses[failed] as BlockResponse<unknown>, child.block.name, child.node);
  }
  const outputs: Record<string, unknown> = {};
  children.forEach(({ node }, index) => {
    const response = responses[index];
    if (response?.success) setField(outputs, node, response.data);
  });
  return { success: true, data: outputs };
}

export async function runEach(
  frame: Frame,
  { block, concurrency, maxItems }: EachBody,
  payload: unknown,
): Promise<Ending> {
  if (!Array.isArray(payload)) throw refuse('invalid_payload', { expected: 'a list' });
  const items = payload as readonly unknown[];
  if (items.length > maxItems) throw refuse('invalid_payload', { items: items.length, maxItems });
  frame.rounds = items.length;
  const nodes = items.map((item, index) => ({ node: `item[${index + 1}]`, item }));
  const responses = await runMany(nodes, concurrency, ({ node, item }) => frame.visit(node, block, item));
  const failed = pickFailure(responses);
  if (failed !== undefined)
    return endWith(responses[failed] as BlockResponse<unknown>, block.name, nodes[failed]?.node ?? '');
  return { success: true, data: responses.map((response) => (response.success ? response.data : undefined)) };
}

export async function runRace(frame: Frame, { children }: RaceBody, payload: unknown): Promise<Ending> {
  const endRace = frame.openRace();
  let winner: number | undefined;
  const responses = await Promise.all(
    children.map(async ({ node, block }, index) => {
      const response = await frame.visit(node, block, payload);
      if (response.success && winner === undefined) {
        winner = index;
        endRace();
      }
      return response;
    }),
  );
  const shown = winner ?? pickFailure(responses) ?? 0;
  const { node, block } = children[shown] as RaceBody['children'][number];
  return endWith(responses[shown] as BlockResponse<unknown>, block.name, node);
}

export async function runBranch(
  frame: Frame,
  { cases, otherwise }: BranchBody,
  name: string,
  payload: unknown,
): Promise<Ending> {
  let taken: { readonly node: string; readonly block: AnyBlock } = { node: 'otherwise', block: otherwise };
  for (const { node, when, block } of cases) {
    const holds = checkCondition(() => when(payload as never), { node: name, condition: node });
    if (!holds) continue;
    taken = { node, block };
    break;
  }
  frame.ways = [taken.node];
  return endWith(await frame.visit(taken.node, taken.block, payload), taken.block.name, taken.node);
}

export async function runLoop(
  frame: Frame,
  { block, until, max }: LoopBody,
  name: string,
  payload: unknown,
): Promise<Ending> {
  let state = payload;
  for (let round = 1; round <= max; round += 1) {
    frame.rounds = round;
    const node = `body[${round}]`;
    const response = await frame.visit(node, block, state);
    const ending = endWith(response, block.name, node);
    if (!response.success) return ending;
    state = response.data;
    const where = { node: name, condition: 'until', round };
    if (checkCondition(() => until(state as never, round), where)) return ending;
  }
  throw refuse('max_steps_exceeded', { node: name, max });
}

export async function runFlow(
  frame: Frame,
  { node, block, input, pick }: FlowBody,
  payload: unknown,
): Promise<Ending> {
  const inner = input === undefined ? payload : mapInput(() => input(payload as never), node);
  const context = pick?.(frame.context, payload as never);
  return endWith(await frame.visit(node, block, inner, context), block.name, node);
}

/** The failure says where, and of what was thrown only the class. */
export function checkCondition(
  holds: () => unknown,
  where: { readonly node: string; readonly condition: string; readonly round?: number },
): boolean {
  let answer: unknown;
  try {
    answer = holds();
  } catch (thrown) {
    throw refuse('condition_execution_error', { ...where, errorClass: classOf(thrown) });
  }
  if (typeof answer === 'boolean') return answer;
  leaveBehind(answer);
  throw refuse('condition_execution_error', { ...where, errorClass: `no boolean: ${classOf(answer)}` });
}

export function mapInput(make: () => unknown, node: string): unknown {
  let input: unknown;
  try {
    input = make();
    if (!isThenable(input)) return input;
  } catch (thrown) {
    throw refuse('input_mapping_error', { node, errorClass: classOf(thrown) });
  }
  // A payload is a value, and a mapping that waits for something is not pure.
  leaveBehind(input);
  throw refuse('input_mapping_error', { node, errorClass: classOf(input) });
}

/** All of them, some at a time, whatever becomes of the others; answers in the order of the list. */
async function runMany<Item>(
  items: readonly Item[],
  concurrency: number,
  run: (item: Item) => Promise<BlockResponse<unknown>>,
): Promise<BlockResponse<unknown>[]> {
  if (concurrency >= items.length) return Promise.all(items.map(run));
  const responses: BlockResponse<unknown>[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      responses[index] = await run(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return responses;
}

/** Which failure speaks for all: one that ended before one that only waits, and the first of those. */
function pickFailure(responses: readonly BlockResponse<unknown>[]): number | undefined {
  let waiting: number | undefined;
  for (const [index, response] of responses.entries()) {
    if (response.success) continue;
    if (response.error.errorType !== 'suspended') return index;
    waiting ??= index;
  }
  return waiting;
}
