/**
 * Models of other makers at Bedrock's `invoke` and Vertex's `rawPredict`, each in a format of its own: one of Amazon's for the
 * first, one laid out as Mistral's for the second. Claude's format at the same addresses is a dialect.
 */
import { type Frame, isJsonObject, type Json, matchPath } from '@keelson/core';
import { countWords } from '../words.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { answered } from './media-endpoints.ts';
import { fieldsOf, refuseField } from './plain-body.ts';

const said = 'The ship sails.';
const written = 4;

/** Whatever is not in Claude's format is answered here, and all else by `claude`. */
export function besideClaude(claude: Endpoint, template: string): Endpoint {
  return {
    ...claude,
    parse: (call) => {
      const isClaude = isJsonObject(call.body as Json) && 'anthropic_version' in (call.body as object);
      if (isClaude) return claude.parse(call);
      const model = matchPath(template, call.path)?.model ?? '';
      const isStream = /stream/i.test(template);
      return template.includes(':')
        ? predicted(model, call.body, isStream)
        : invoked(model, call.body, isStream);
    },
  };
}

function invoked(model: string, body: unknown, isStream: boolean): Question {
  const { inputText } = fieldsOf(body);
  if (typeof inputText !== 'string') throw refuseField('inputText', 'a text');
  const read = countWords(inputText);
  if (!isStream) {
    const results = [{ tokenCount: written, outputText: said, completionReason: 'FINISH' }];
    const headers = {
      'x-amzn-bedrock-input-token-count': String(read),
      'x-amzn-bedrock-output-token-count': String(written),
    };
    return answered(model, { type: 'whole', body: { inputTextTokenCount: read, results }, headers });
  }
  const metrics = {
    inputTokenCount: read,
    outputTokenCount: written,
    invocationLatency: 9,
    firstByteLatency: 3,
  };
  const frames: Frame[] = [
    frame({ outputText: 'The ship', index: 0, totalOutputTextTokenCount: null }),
    frame({
      outputText: ' sails.',
      totalOutputTextTokenCount: written,
      'amazon-bedrock-invocationMetrics': metrics,
    }),
  ];
  const contentType = 'application/vnd.amazon.eventstream';
  const answer = { type: 'stream', framing: 'bedrock-chunks', contentType, frames } as const;
  return { ...answered(model, answer), isStream: true, framing: 'bedrock-chunks' };
}

function predicted(model: string, body: unknown, isStream: boolean): Question {
  const { messages } = fieldsOf(body);
  if (!Array.isArray(messages)) throw refuseField('messages', 'a list');
  const read = countWords(JSON.stringify(messages));
  const usage = { prompt_tokens: read, completion_tokens: written, total_tokens: read + written };
  const message = { role: 'assistant', content: said };
  if (!isStream) {
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return answered(model, {
      type: 'whole',
      body: { id: 'predicted', object: 'chat.completion', model, choices, usage },
    });
  }
  const chunk = (delta: object, more: object = {}): Frame =>
    frame({
      id: 'predicted',
      object: 'chat.completion.chunk',
      model,
      choices: [{ index: 0, delta }],
      ...more,
    });
  const frames = [
    chunk({ content: 'The ship' }),
    chunk({ content: ' sails.' }, { usage }),
    { data: '[DONE]' },
  ];
  const answer = { type: 'stream', framing: 'sse', contentType: 'text/event-stream', frames } as const;
  return { ...answered(model, answer), isStream: true, framing: 'sse' };
}

const frame = (value: object): Frame => ({ data: JSON.stringify(value) });
