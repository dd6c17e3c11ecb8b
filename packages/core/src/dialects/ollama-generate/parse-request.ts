/** A caller's prompt becomes a canonical request: its words are the one turn of a user. */
import {
  type ChatRequest,
  joinRequests,
  known,
  knownGroup,
  openBody,
  readFields,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { parseImage } from '../ollama-parts.ts';
import { parseFormat, parseOptions, parseStream, parseThink } from '../ollama-request.ts';
import { imageFields, name, requestFields } from './wire.ts';

export function parseRequest(call: WireCall): ChatRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const model = wire.required('model', wire.string('model'));
  const fields = joinRequests(
    readFields(wire, requestFields),
    parseOptions(wire),
    parseThink(wire),
    parseFormat(wire, forms),
    parsePrompt(wire, forms),
    parseSurroundings(wire, forms),
  );
  return {
    dialect: name,
    turns: [],
    ...fields,
    model,
    stream: parseStream(wire, forms),
    ...wire.annotations(name, forms),
  };
}

/** Instructions, images and prompt. Without a prompt the request only loads the model. */
function parsePrompt(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const system = textOf(wire, 'system', forms);
  const images = wire.strings('images');
  if (images?.length === 0) forms.images = 'empty';
  const prompt = wire.string('prompt');
  if (prompt === undefined) forms.prompt = 'absent';
  const parts = [
    ...(images ?? []).map(parseImage),
    ...(prompt ? [{ type: 'text', text: prompt } as const] : []),
  ];
  return {
    ...(system !== undefined && { system: [{ type: 'text', text: system }] }),
    turns: parts.length === 0 ? [] : [{ role: 'user', parts }],
  };
}

/** What stands around the prompt: template and suffix, the state of an earlier answer, the size of a drawing. */
function parseSurroundings(wire: WireObject, forms: Record<string, string>): Partial<ChatRequest> {
  const context = wire.list('context');
  if (context?.length === 0) forms.context = 'empty';
  const promptState = context?.length === 0 ? undefined : context;
  const service = knownGroup({ promptTemplate: textOf(wire, 'template', forms), promptState });
  const image = knownGroup(
    Object.fromEntries(imageFields.map((field) => [field, wire.number(field)] as const)),
  ) as Record<string, number> | undefined;
  const output = knownGroup({ suffix: textOf(wire, 'suffix', forms), image });
  return known({ service, output }) as Partial<ChatRequest>;
}

/** Empty text means the same as none, and is remembered. */
function textOf(wire: WireObject, field: string, forms: Record<string, string>): string | undefined {
  const text = wire.string(field);
  if (text !== '') return text;
  forms[field] = 'empty';
  return undefined;
}
