/** The official Ollama library as a client of the translation journeys, asking by a prompt: it has no tools. */
import type { GenerateResponse } from 'ollama/browser';
import { connectOllama, OllamaError } from './ollama-connection.ts';
import { model } from './samples.ts';
import {
  type AskOptions,
  type Question,
  type Told,
  type TranslatedClient,
  type Turn,
  wordyLimit,
} from './translated-client.ts';

export const ollamaGenerateClient: TranslatedClient = {
  ask,
  stops: {
    stop: { word: 'stop', means: 'stop' },
    'stop-sequence': { word: 'stop', means: 'stop' },
    length: { word: 'length', means: 'length' },
    'tool-calls': { word: 'stop', means: 'stop' },
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
  if (!isStream) return tell(await client.generate({ ...body, stream: false }));
  const lines: GenerateResponse[] = [];
  for await (const line of await client.generate({ ...body, stream: true })) {
    if (line.response) onText?.(line.response);
    lines.push(line);
  }
  return tell({
    ...(lines.at(-1) as GenerateResponse),
    response: lines.map(({ response = '' }) => response).join(''),
    thinking: lines.map(({ thinking = '' }) => thinking).join(''),
  });
}

function render({ model: asked = model, instructions, turns, schema, maxTokens, stop }: Question) {
  const images = turns.flatMap((turn) =>
    turn.type === 'user' && turn.image !== undefined ? [turn.image] : [],
  );
  return {
    model: asked,
    prompt: turns.map(wordsOf).join('\n\n'),
    ...(images.length > 0 && { images }),
    ...(instructions !== undefined && { system: instructions }),
    ...(schema !== undefined && { format: { ...schema } }),
    options: {
      ...(maxTokens !== undefined && { num_predict: maxTokens }),
      ...(stop !== undefined && { stop: [...stop] }),
    },
  };
}

function wordsOf(turn: Turn): string {
  switch (turn.type) {
    case 'user':
      return turn.text;
    case 'answer':
      return turn.answer.text;
    default:
      return turn.results.map(({ text }) => text).join('\n\n');
  }
}

function tell(answer: GenerateResponse): Told {
  return {
    id: '',
    model: answer.model,
    text: answer.response ?? '',
    reasoning: answer.thinking ?? '',
    calls: [],
    stop: answer.done_reason,
    usage: { input: answer.prompt_eval_count, output: answer.eval_count },
    native: answer.response,
  };
}
