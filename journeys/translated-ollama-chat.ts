/** The official Ollama library as a client of the translation journeys, asking by chat. */
import type { ChatResponse, Message } from 'ollama/browser';
import { connectOllama, OllamaError } from './ollama-connection.ts';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type TranslatedClient,
  type Turn,
  type UserTurn,
  wordyLimit,
} from './translated-client.ts';

/** The wire has ids of calls, which the library's types lack. */
interface Call {
  readonly id?: string;
  readonly function: { readonly name: string; readonly arguments: Record<string, unknown> };
}
type WireMessage = Message & { tool_call_id?: string };

export const ollamaChatClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'stop', means: 'stop' },
    'stop-sequence': { word: 'stop', means: 'stop' },
    length: { word: 'length', means: 'length' },
    'tool-calls': { word: 'stop', means: 'tool-calls' },
    'content-filter': { word: 'stop', means: 'stop' },
    refusal: { word: 'stop', means: 'stop' },
    pause: { word: 'stop', means: 'stop' },
    'context-exceeded': { word: 'length', means: 'length' },
    error: { word: 'stop', means: 'stop' },
  },
  counts: ['input', 'output'],
  mistake: wordyLimit('options.num_predict'),
  errorClass: () => OllamaError,
  streamErrorClass: Error,
  statusOf: (error) => (error as Error & { status_code?: number }).status_code,
};

async function ask(
  host: string,
  question: Question,
  { isStream, signal, onText }: AskOptions,
): Promise<Told> {
  const client = connectOllama(host, signal);
  const body = render(question);
  if (!isStream) return tell(await client.chat({ ...body, stream: false }));
  const lines: ChatResponse[] = [];
  for await (const line of await client.chat({ ...body, stream: true })) {
    if (line.message.content !== '') onText?.(line.message.content);
    lines.push(line);
  }
  return tell(join(lines));
}

/** The library hands lines on; adding them up is left to its users. */
function join(lines: readonly ChatResponse[]): ChatResponse {
  const last = lines.at(-1) as ChatResponse;
  const thinking = lines.map(({ message }) => message.thinking ?? '').join('');
  const calls = lines.flatMap(({ message }) => message.tool_calls ?? []);
  const message: Message = {
    role: 'assistant',
    content: lines.map((line) => line.message.content).join(''),
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return { ...last, message };
}

function render({ model: asked = model, instructions, turns, tools, schema, maxTokens, stop }: Question) {
  const system: Message[] = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  return {
    model: asked,
    messages: [...system, ...turns.flatMap(renderTurn)],
    ...(tools !== undefined && {
      tools: tools.map(({ schema: parameters, ...named }) => ({
        type: 'function',
        function: { ...named, parameters: { ...parameters } },
      })),
    }),
    ...(schema !== undefined && { format: { ...schema } }),
    options: {
      ...(maxTokens !== undefined && { num_predict: maxTokens }),
      ...(stop !== undefined && { stop: [...stop] }),
    },
  };
}

function renderTurn(turn: Turn): WireMessage[] {
  switch (turn.type) {
    case 'user':
      return [renderUser(turn)];
    case 'answer':
      return [turn.answer.native as Message];
    default:
      return turn.results.map(({ id, text }) => ({ role: 'tool', content: text, tool_call_id: id }));
  }
}

/** Addresses and documents have no place here. */
function renderUser({ text, image }: UserTurn): Message {
  return { role: 'user', content: text, ...(image !== undefined && { images: [image] }) };
}

function tell(answer: ChatResponse): Told {
  const { message } = answer;
  const calls = (message.tool_calls ?? []) as readonly Call[];
  return {
    id: '',
    model: answer.model,
    text: message.content,
    reasoning: message.thinking ?? '',
    calls: calls.map(({ id = '', function: { name, arguments: input } }) => ({ id, name, input })),
    stop: answer.done_reason,
    usage: { input: answer.prompt_eval_count, output: answer.eval_count },
    native: message,
  };
}
