/** A loop of model and tools on the contract of blocks: small, but every step and every tool call is a node with a path. */
import {
  type Block,
  type BlockResponse,
  getData,
  type Json,
  refuse,
  type Scope,
  step,
  worstEffects,
} from '@keelson/core';
import { type Tool, toolOf } from '../kinds/tool.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
}

export interface Said {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

interface TestModel {
  readonly worstNanoDollars: number;
  readonly spends: number;
  readonly think: (said: readonly Said[]) => { readonly text?: string; readonly calls?: readonly ToolCall[] };
}

type AnyTool = Tool<unknown, unknown>;

interface AgentSettings {
  readonly model: TestModel;
  readonly instructions: string;
  readonly tools?: readonly AnyTool[];
  readonly maxSteps?: number;
}

export function testAgent(
  name: string,
  { model, instructions, tools = [], maxSteps = 10 }: AgentSettings,
): Block<string, string> {
  const think = step(
    'think',
    (said: readonly Said[], scope) => {
      const hold = scope.hold(model.worstNanoDollars);
      const thought = model.think(said);
      hold.settle({ nanoDollars: model.spends, calls: 1 });
      return { text: thought.text ?? '', calls: thought.calls ?? [] };
    },
    { effects: 'none' },
  );
  const run = async (goal: string, scope: Scope): Promise<string> => {
    const said: Said[] = [
      { role: 'system', text: instructions },
      { role: 'user', text: goal },
    ];
    for (let round = 1; round <= maxSteps; round += 1) {
      const node = `step[${round}]`;
      const thought = getData(await scope.call(node, think, [...said]));
      said.push({ role: 'assistant', text: thought.text });
      if (thought.calls.length === 0) return thought.text;
      const answers = await Promise.all(
        thought.calls.map(async (call) => useTool(tools, call, `${node}:${call.id}`, scope)),
      );
      // Only now that all of them have ended or wait.
      for (const answer of answers) said.push({ role: 'tool', text: readAnswer(answer) });
    }
    throw refuse('max_steps_exceeded', { agent: name, max: maxSteps });
  };
  return step(name, run, { effects: worstEffects(tools.map(({ effects }) => effects)), onlyCalls: true });
}

async function useTool(
  tools: readonly AnyTool[],
  { name, input }: ToolCall,
  node: string,
  scope: Scope,
): Promise<BlockResponse<unknown> | undefined> {
  const tool = tools.find((known) => known.name === name);
  return tool === undefined ? undefined : scope.call<unknown, unknown>(node, tool.block, input);
}

/** What is about the run is not the model's to read. */
function readAnswer(answer: BlockResponse<unknown> | undefined): string {
  if (answer === undefined) return 'There is no such tool.';
  if (answer.success) return JSON.stringify(answer.data);
  const { errorType, reason } = answer.error;
  if (errorType === 'suspended' || errorType === 'cancelled' || errorType === 'budget') getData(answer);
  return errorType === 'input' ? 'invalid input' : reason;
}

/** An agent as a tool of another. */
export function delegate(
  block: Block<string, string>,
  input: Tool<{ readonly task: string }, string>['input'],
): AnyTool {
  const inner = step('delegate', async ({ task }: { readonly task: string }, scope) => getData(await scope.call('agent', block, task)), {
    effects: block.effects,
    onlyCalls: true,
  });
  return toolOf(inner, { name: `ask_${block.name}`, description: `Give a task to ${block.name}.`, input });
}
