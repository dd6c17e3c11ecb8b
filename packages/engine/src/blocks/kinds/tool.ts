/**
 * Tools: functions with a schema, an effect class and a gate. There is one way to the function, through the check of its input and
 * past the gate; an agent's sub-agent has no other.
 */
import {
  type AnyBlock,
  type Block,
  type BlockLimits,
  checkValue,
  defineBlock,
  type Effects,
  fail,
  getData,
  type Json,
  type Policy,
  refuse,
  type Schema,
  type Scope,
  step,
} from '@keelson/core';
import { approve } from './approve.ts';

/** `ask`: a person has to approve of this very input. */
export type Gate = 'auto' | 'ask' | 'deny';

export interface Tool<Input, Output> {
  readonly name: string;
  readonly description: string;
  readonly effects: Effects;
  readonly input: Schema<Input>;
  /** Takes whatever it is given: what does not fit fails as `invalid_payload`. */
  readonly block: Block<unknown, Output>;
}

interface ToolSettings<Input, Output> {
  /** For the model. */
  readonly description: string;
  readonly input: Schema<Input>;
  readonly effects: Effects;
  /** `ask` for what must not happen twice, otherwise `auto`, when left out. */
  readonly gate?: Gate | ((input: Input) => Gate);
  readonly run: (input: Input, scope: Scope) => Output | Promise<Output>;
  readonly version?: string;
  /** Around the function alone, so that nobody is asked twice. */
  readonly recovery?: readonly Policy[];
  readonly limits?: BlockLimits;
}

export function tool<Input, Output>(
  name: string,
  settings: ToolSettings<Input, Output>,
): Tool<Input, Output> {
  const { description, input, effects, version = '1', recovery = [], limits = {} } = settings;
  const inner = step<Input, Output>(name, settings.run, { effects, version, recovery, limits });
  return Object.freeze({ name, description, effects, input, block: guard(name, settings, inner) });
}

/** A block as a tool: a flow, or another agent. Its own gates stay where they are. */
export function toolOf<Input, Output>(
  block: Block<Input, Output>,
  settings: { readonly name: string; readonly description: string; readonly input: Schema<Input> },
): Tool<Input, Output> {
  const { name, description, input } = settings;
  const { effects } = block;
  return Object.freeze({
    name,
    description,
    effects,
    input,
    block: guard(name, { input, effects, gate: 'auto' }, block),
  });
}

function guard<Input, Output>(
  name: string,
  { input, effects, gate }: Pick<ToolSettings<Input, Output>, 'input' | 'effects' | 'gate'>,
  inner: Block<Input, Output>,
): Block<unknown, Output> {
  const decide = (value: Input): Gate => {
    if (typeof gate === 'function') return gate(value);
    return gate ?? (effects === 'non_idempotent' ? 'ask' : 'auto');
  };
  return defineBlock({
    name,
    kind: 'tool',
    version: (inner as AnyBlock).version,
    effects,
    warnings: inner.warnings,
    body: {
      type: 'leaf',
      onlyCalls: true,
      run: async (payload: unknown, scope) => {
        const checked = await checkValue(input, payload);
        if (!('value' in checked)) {
          const issues = checked.complaints.map(({ path, rule }) => ({ path, rule }));
          throw refuse('invalid_payload', { tool: name, issues });
        }
        const { value } = checked;
        await passGate(name, decide(value), value, scope);
        return getData(await scope.call('run', inner, value));
      },
    },
  });
}

async function passGate(name: string, gate: Gate, value: unknown, scope: Scope): Promise<void> {
  if (gate === 'deny') throw refuse('denied_by_policy', { tool: name });
  if (gate !== 'ask') return;
  const question = approve<Json>('approval', { show: (input) => ({ tool: name, input }) });
  const answer = await scope.call('approval', question, value as Json);
  if (answer.success) return;
  const { errorType, reason, details } = answer.error;
  throw fail(errorType, reason, details, 'not_started');
}
