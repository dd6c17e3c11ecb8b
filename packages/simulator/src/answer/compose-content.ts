/** The parts of an answer: what the script names, or what the request itself calls for when the script names nothing. */
import type {
  ChatRequest,
  CustomTool,
  FunctionTool,
  Json,
  Part,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
} from '@keelson/core';
import { inventInstance } from '../schema/index.ts';
import type { Content } from '../script/index.ts';
import { idsOf } from '../vendors/index.ts';
import { firstWords, inventWords } from '../words.ts';
import { renderMedia } from './list-media.ts';
import { joinText } from './prompt.ts';
import { redactedState, signCall, signReasoning } from './signature.ts';

export interface Composing {
  readonly request: ChatRequest;
  readonly dialect: string;
  /** The prompt without its keywords. */
  readonly said: string;
  readonly results: readonly ToolResultPart[];
  /** The id of the answer; ids of tool calls are made from it. */
  readonly id: string;
  readonly seed: number;
}

const mostEchoedWords = 24;

export function composeContent(content: readonly Content[], composing: Composing): Part[] {
  const wanted = content.length === 0 ? chooseContent(composing) : content;
  return wanted.map((piece, index) => composePart(piece, index, composing));
}

/** Results are taken up before anything else: a forced choice would otherwise call its tool for ever. */
function chooseContent({ request, said, results }: Composing): readonly Content[] {
  const forced = results.length === 0 ? findForcedTool(request) : undefined;
  if (forced !== undefined) return [{ type: 'tool', name: forced }];
  const text = results.length === 0 ? answerPrompt(said) : repeatResults(results);
  if (request.outputFormat?.type === 'json')
    return [{ type: 'json', text: JSON.stringify({ answer: text }) }];
  return request.outputFormat?.type === 'json-schema' ? [{ type: 'json' }] : [{ type: 'text', text }];
}

function answerPrompt(said: string): string {
  const words = firstWords(said.trim(), mostEchoedWords).replace(/\s+/g, ' ');
  return words === '' ? 'This is a simulated answer.' : `This is a simulated answer to: ${words}`;
}

function repeatResults(results: readonly ToolResultPart[]): string {
  const told = results.map((result) => {
    const word = result.isError === true ? 'failed with' : 'answered';
    return `${result.name ?? result.callId} ${word}: ${joinText(result.parts)}`;
  });
  return told.join('\n');
}

function findForcedTool({ toolChoice, tools = [] }: ChatRequest): string | undefined {
  const callable = tools.filter(isCallable);
  switch (toolChoice?.type) {
    case 'required':
      return callable[0]?.name;
    case 'tool':
      return toolChoice.name;
    case 'allowed':
      return findAllowed(toolChoice);
    default:
      return undefined;
  }
}

function findAllowed({ mode, tools }: Extract<ToolChoice, { type: 'allowed' }>): string | undefined {
  return mode === 'required' ? tools[0]?.name : undefined;
}

function isCallable(tool: Tool): tool is FunctionTool | CustomTool {
  return tool.type !== 'native';
}

function composePart(piece: Content, index: number, composing: Composing): Part {
  const { request, dialect, said, id, seed } = composing;
  switch (piece.type) {
    case 'text':
      return { type: 'text', text: piece.text };
    case 'echo':
      return { type: 'text', text: said };
    case 'long':
      return { type: 'text', text: inventWords(piece.words, seed) };
    case 'json':
      return { type: 'text', text: piece.text ?? JSON.stringify(inventOutput(request)) };
    case 'images':
      return { type: 'text', text: renderMedia(request) };
    case 'refuse':
      return { type: 'refusal', text: piece.text };
    case 'reason':
      return { type: 'reasoning', text: piece.text, opaque: signReasoning(piece.text, dialect) };
    case 'redacted':
      return {
        type: 'reasoning',
        text: '',
        redacted: true,
        opaque: redactedState(dialect, `${id}/${index}`),
      };
    case 'tool':
      return callTool(piece, idsOf(dialect).call(`${id}/${index}`, piece.name), composing);
    default:
      return piece satisfies never;
  }
}

function inventOutput({ outputFormat }: ChatRequest): Json {
  return inventInstance(outputFormat?.type === 'json-schema' ? outputFormat.schema : { type: 'object' });
}

function callTool(
  piece: Extract<Content, { type: 'tool' }>,
  id: string,
  { request, dialect }: Composing,
): ToolCallPart {
  const call = composeCall(piece, id, request);
  return piece.isSigned === true ? signCall(call, dialect) : call;
}

/** A tool that the request does not have is called all the same: real models do that. */
function composeCall(
  piece: Extract<Content, { type: 'tool' }>,
  id: string,
  { tools = [] }: ChatRequest,
): ToolCallPart {
  const tool = tools.filter(isCallable).find(({ name }) => name === piece.name);
  const call = { type: 'tool-call', id, name: piece.name } as const;
  if (tool?.type === 'custom') return { ...call, custom: true, arguments: piece.arguments ?? 'sample input' };
  return {
    ...call,
    arguments: piece.arguments ?? JSON.stringify(inventInstance(tool?.parameters ?? { type: 'object' })),
  };
}
