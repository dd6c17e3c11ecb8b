/**
 * The loop of an answer: the model is asked, what it wants to know is looked up, and it is asked again, until it has nothing
 * more to ask or has asked too often. Agents of the engine will take its place.
 */
import {
  type AssistantTurn,
  type ChatRequest,
  isJsonObject,
  type Json,
  type JsonObject,
  KeelsonError,
  type Part,
  parseJson,
  type ToolCallPart,
  type ToolResultPart,
  type Turn,
  textOf,
} from '@keelson/core';
import type { AnswerWatch, ModelLink } from './model-link.ts';

export interface AdvisorTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  /** What it throws as a `KeelsonError` is told to the model, which may try otherwise. */
  run(given: JsonObject): Promise<Json>;
}

export interface ToolLoop extends AnswerWatch {
  readonly link: ModelLink;
  readonly system: string;
  readonly tools: readonly AdvisorTool[];
  /** Told before a tool is run. */
  readonly onTool: (name: string) => void;
}

export interface Answered {
  /** The conversation with all that was said in it. */
  readonly turns: readonly Turn[];
  readonly text: string;
  readonly rounds: number;
}

const mostRounds = 12;
const mostCallsAtOnce = 16;
const longestResult = 20_000;

export async function runTools(conversation: readonly Turn[], loop: ToolLoop): Promise<Answered> {
  const turns = [...conversation];
  const said: string[] = [];
  for (let round = 1; round <= mostRounds; round++) {
    const message = await loop.link.ask(requestOf(turns, loop), loop);
    loop.signal.throwIfAborted();
    said.push(textOf(message));
    const calls = message.parts.filter((part) => part.type === 'tool-call');
    turns.push(assistantTurn(message.parts));
    if (calls.length === 0)
      return { turns, text: said.filter((text) => text !== '').join('\n\n'), rounds: round };
    turns.push({ role: 'tool', parts: await answerCalls(calls, loop) });
  }
  throw new KeelsonError(
    'provider_error',
    `The model asked for tools ${mostRounds} times and came to no end.`,
    {
      hint: 'Ask for less at once, or ask another model with --model.',
    },
  );
}

/** What a format cannot send back, such as signed reasoning of another vendor, is left out. */
function assistantTurn(parts: readonly Part[]): AssistantTurn {
  return { role: 'assistant', parts: parts.filter(({ type }) => type === 'text' || type === 'tool-call') };
}

function requestOf(turns: readonly Turn[], { link, system, tools }: ToolLoop): ChatRequest {
  return {
    model: link.model,
    system: [{ type: 'text', text: system }],
    turns,
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
    })),
  };
}

/** One after the other, because some change what others see. */
async function answerCalls(calls: readonly ToolCallPart[], loop: ToolLoop): Promise<ToolResultPart[]> {
  const results: ToolResultPart[] = [];
  for (const [at, call] of calls.entries()) {
    loop.signal.throwIfAborted();
    const result =
      at < mostCallsAtOnce ? await answerCall(call, loop) : { error: 'These are too many calls at once.' };
    const text = JSON.stringify(result);
    const shown =
      text.length > longestResult ? `${text.slice(0, longestResult)} … cut off; ask for less` : text;
    results.push({
      type: 'tool-result',
      callId: call.id,
      name: call.name,
      parts: [{ type: 'text', text: shown }],
      ...(isJsonObject(result) && 'error' in result && { isError: true }),
    });
  }
  return results;
}

async function answerCall(call: ToolCallPart, { tools, onTool }: ToolLoop): Promise<Json> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) {
    const names = tools.map(({ name }) => name).join(', ');
    return { error: `There is no tool \`${call.name.slice(0, 100)}\`. There are ${names}.` };
  }
  const given = readArguments(call.arguments);
  if (given === undefined) return { error: 'The arguments are no JSON object. Send them again.' };
  onTool(tool.name);
  try {
    return await tool.run(given);
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return { error: error.message, hint: error.hint };
  }
}

function readArguments(text: string): JsonObject | undefined {
  try {
    const given = parseJson(text.trim() === '' ? '{}' : text);
    return isJsonObject(given) ? given : undefined;
  } catch {
    return undefined;
  }
}
