/** Tools that run in this process: what the model is told of them, and what becomes of its calls. */
import {
  type FunctionTool,
  type Json,
  KeelsonError,
  type Part,
  type ToolCallPart,
  type ToolResultPart,
} from '@keelson/core';
import { jsonSchemaOf, type Schema } from './schema.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

export interface RunnableTool<Input = unknown> {
  readonly description?: string;
  readonly input: Schema<Input>;
  /** What it gives back, the model reads: a text as it is, parts as they are, all else as JSON. */
  run(input: Input, call: ToolCall): unknown;
}

/** By the names that the model calls them by. Each was made by `tool`. */
export type Tools = Readonly<Record<string, RunnableTool>>;

/**
 * Ties the type of a tool's input to its schema.
 *
 * @example
 * const weather = tool({ input: z.object({ city: z.string() }), run: ({ city }) => `${city}: sunny` });
 */
export function tool<Input>(definition: RunnableTool<Input>): RunnableTool {
  return definition as unknown as RunnableTool;
}

/** A tool that threw. What it threw is the `cause`. */
export class ToolError extends KeelsonError {
  readonly tool: string;
  readonly callId: string;

  constructor({ id, name }: ToolCall, cause: unknown) {
    super(
      'invalid_request',
      `The tool \`${name}\` threw${cause instanceof Error ? `: ${cause.message}` : '.'}`,
      {
        hint: 'Mend the tool; what the model should know of a failure, the tool gives back as its result.',
        details: { field: `tools.${name}` },
        cause,
      },
    );
    this.tool = name;
    this.callId = id;
  }
}

export function describeTools(tools: Tools): FunctionTool[] {
  return Object.entries(tools).map(([name, { description, input }]) => ({
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    parameters: jsonSchemaOf(input, `The input of the tool \`${name}\``),
  }));
}

/** A call that the model got wrong is answered with what is wrong, so that it can try again. */
export async function runTool(
  tools: Tools,
  part: ToolCallPart,
  signal: AbortSignal | undefined,
): Promise<ToolResultPart> {
  const { id, name } = part;
  const called = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (called === undefined) return failed(part, `There is no tool \`${name}\`.`);
  let input: unknown;
  try {
    input = JSON.parse(part.arguments || '{}');
  } catch {
    return failed(part, 'The arguments are not JSON.');
  }
  const checked = await called.input['~standard'].validate(input);
  if (checked.issues !== undefined)
    return failed(
      part,
      checked.issues.map(({ message }) => message).join(' ') || 'The arguments do not fit.',
    );
  const call = { id, name, signal };
  try {
    return resultOf(part, await called.run(checked.value, call));
  } catch (thrown) {
    throw threw(call, thrown);
  }
}

const threw = (call: ToolCall, cause: unknown): ToolError => new ToolError(call, cause);

const failed = (part: ToolCallPart, says: string): ToolResultPart => ({
  ...resultOf(part, says),
  isError: true,
});

function resultOf({ id, name }: ToolCallPart, result: unknown): ToolResultPart {
  return { type: 'tool-result', callId: id, name, parts: partsOf(result) };
}

function partsOf(result: unknown): readonly Part[] {
  if (typeof result === 'string') return [{ type: 'text', text: result }];
  if (Array.isArray(result) && result.length > 0 && result.every(isPart)) return result as Part[];
  return [{ type: 'text', text: JSON.stringify((result ?? null) as Json) }];
}

const partTypes = new Set(['text', 'image', 'document', 'audio', 'video']);
const isPart = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && partTypes.has((value as Part).type);
