/**
 * Whether a body that passes holds nothing but text and asks for nothing out of the ordinary. It knows what is plain and doubts
 * everything else, so that a field which nobody has heard of is read by its format.
 */
import { isJsonObject, type Json, type JsonObject } from '@keelson/core';

const plainFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'contents',
  'input',
  'system',
  'systemInstruction',
  'instructions',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'generationConfig',
  'inferenceConfig',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'stop_sequences',
  'n',
  'seed',
  'user',
  'metadata',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'store',
]);

const plainConfig: ReadonlySet<string> = new Set([
  'maxOutputTokens',
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'candidateCount',
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'seed',
]);

export function isPlainBody(body: JsonObject): boolean {
  for (const name in body) if (!plainFields.has(name)) return false;
  return (
    isConfig(body.generationConfig) &&
    isConfig(body.inferenceConfig) &&
    isText(body.system) &&
    isTurn(body.systemInstruction ?? null) &&
    areTools(body.tools) &&
    (typeof body.input === 'string' || areTurns(body.input)) &&
    areTurns(body.messages) &&
    areTurns(body.contents)
  );
}

function isConfig(config: Json | undefined): boolean {
  if (config === undefined || config === null) return true;
  if (!isJsonObject(config)) return false;
  for (const name in config) if (!plainConfig.has(name)) return false;
  return true;
}

function areTurns(turns: Json | undefined): boolean {
  if (turns === undefined) return true;
  if (!Array.isArray(turns)) return false;
  for (const turn of turns) if (!isTurn(turn)) return false;
  return true;
}

function isTurn(turn: Json): boolean {
  if (turn === null) return true;
  if (!isJsonObject(turn)) return false;
  for (const name in turn) {
    if (name === 'content' || name === 'parts') {
      if (!isText(turn[name])) return false;
    } else if (name !== 'role' && name !== 'name' && name !== 'tool_calls' && name !== 'tool_call_id') {
      return false;
    }
  }
  return true;
}

/** A text, or a list of parts each of which is one. */
function isText(content: Json | undefined): boolean {
  if (content === undefined || content === null || typeof content === 'string') return true;
  if (!Array.isArray(content)) return false;
  for (const part of content) if (!isTextPart(part)) return false;
  return true;
}

function isTextPart(part: Json): boolean {
  if (!isJsonObject(part) || typeof part.text !== 'string') return false;
  for (const name in part) if (name !== 'type' && name !== 'text' && name !== 'cache_control') return false;
  return part.type === undefined || /^(?:input_|output_)?text$/.test(String(part.type));
}

/** Functions of the caller; a provider's own tools bring in what nobody can measure. */
function areTools(tools: Json | undefined): boolean {
  if (tools === undefined) return true;
  if (!Array.isArray(tools)) return false;
  for (const tool of tools) {
    if (!isJsonObject(tool)) return false;
    const isFunction =
      tool.type === 'function' || (tool.type === undefined && tool.input_schema !== undefined);
    if (!isFunction && tool.type !== 'custom') return false;
  }
  return true;
}
