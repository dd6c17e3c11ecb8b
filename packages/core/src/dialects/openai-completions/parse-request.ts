/** A caller's completion request becomes a canonical one: what shall be continued is a turn of the user. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  type ChatRequest,
  checkBound,
  joinRequests,
  known,
  matchPaths,
  openBody,
  type Part,
  readFields,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { name, paths, requestFields, streamOptionFields } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = parseModel(wire, call.path, forms);
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseLogprobs(wire),
    parseStop(wire, forms),
    parseStreamOptions(wire, forms),
  );
  checkBound('choices', fields.sampling?.choices ?? 1, 'n');
  const parts = parsePrompt(wire, forms);
  const turns: ChatRequest['turns'] = parts.length === 0 ? [] : [{ role: 'user', parts }];
  return { dialect: name, ...fields, model, turns, ...wire.annotations(name, forms) };
}

function parseModel(wire: WireObject, path: string, forms: Record<string, string>): string {
  const deployment = matchPaths(paths, path)?.model;
  const model = wire.string('model');
  if (model !== undefined || deployment === undefined) return wire.required('model', model);
  forms.model = 'path';
  return deployment;
}

/** One text is a prompt like any other; several at once, and tokens, only this format has. */
function parsePrompt(wire: WireObject, forms: Record<string, string>): Part[] {
  const prompt = wire.peek('prompt');
  if (typeof prompt === 'string' || prompt === null || prompt === undefined) {
    const text = wire.string('prompt');
    return text === undefined ? [] : [{ type: 'text', text }];
  }
  const list = wire.list('prompt') ?? [];
  checkBound('parts', list.length, 'prompt');
  const [only] = list;
  if (list.length === 1 && typeof only === 'string') {
    forms.prompt = 'list';
    return [{ type: 'text', text: only }];
  }
  return [{ type: 'native', dialect: name, value: { prompt: list as Json } }];
}

/** `logprobs` counts the alternatives per token; with none of them it still asks for the tokens themselves. */
function parseLogprobs(wire: WireObject): Partial<ChatRequest> {
  const alternatives = wire.number('logprobs');
  if (alternatives === undefined) return {};
  return { sampling: { logprobs: true, ...(alternatives !== 0 && { topLogprobs: alternatives }) } };
}

function parseStop(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  if (typeof wire.peek('stop') !== 'string') return known({ stop: wire.strings('stop') });
  forms.stop = 'text';
  return { stop: [wire.string('stop') as string] };
}

function parseStreamOptions(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  if (isJsonObject(wire.peek('stream_options'))) forms.stream_options = 'present';
  const options = wire.object('stream_options');
  return options === undefined ? {} : readFields(options, streamOptionFields);
}
