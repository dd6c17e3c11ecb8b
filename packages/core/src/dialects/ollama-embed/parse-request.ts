/** A caller's request to either endpoint becomes a canonical one. */
import {
  checkBound,
  type EmbedInput,
  type EmbedRequest,
  known,
  matchPath,
  openBody,
  readPlainFields,
  unexpected,
  type WireCall,
  type WireObject,
} from '../../message/index.ts';
import { name, olderPath, requestFields, sharedFields } from './wire.ts';

export function parseRequest(call: WireCall): EmbedRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  const isOlder = matchPath(olderPath, call.path) !== undefined;
  if (isOlder) forms.endpoint = 'older';
  const truncate = isOlder ? undefined : wire.boolean('truncate');
  return {
    dialect: name,
    model: wire.required('model', wire.string('model')),
    inputs: isOlder ? parsePrompt(wire) : parseInputs(wire, forms),
    ...readPlainFields(wire, isOlder ? sharedFields : requestFields),
    ...known({ truncate: parseTruncation(truncate) }),
    ...wire.annotations(name, forms),
  };
}

function parseTruncation(isCut: boolean | undefined): string | undefined {
  if (isCut === undefined) return undefined;
  return isCut ? 'end' : 'none';
}

function parsePrompt(wire: WireObject): readonly EmbedInput[] {
  return [{ type: 'text', text: wire.required('prompt', wire.string('prompt')) }];
}

function parseInputs(wire: WireObject, forms: Record<string, string>): readonly EmbedInput[] {
  const input = wire.required('input', wire.json('input'));
  if (typeof input === 'string') {
    forms.input = 'text';
    return [{ type: 'text', text: input }];
  }
  if (!Array.isArray(input)) throw unexpected('input', 'a text or a list of texts');
  checkBound('inputs', input.length, 'input');
  return input.map((text, index) => {
    if (typeof text !== 'string') throw unexpected(`input[${index}]`, 'a text');
    return { type: 'text', text };
  });
}
