/** A caller's embed request becomes a canonical one. Everything wrong with it is refused by field name. */
import {
  type EmbedRequest,
  known,
  matchPath,
  openBody,
  parsePurpose,
  readPlainFields,
  type WireCall,
} from '../../message/index.ts';
import { parseInputs } from './inputs.ts';
import { invokePath, name, purposeWords, requestFields, truncations, versionOnePath } from './wire.ts';

export function parseRequest(call: WireCall): EmbedRequest {
  const wire = openBody(call.body, 'strict');
  const forms: Record<string, string> = {};
  if (matchPath(versionOnePath, call.path) !== undefined) forms.version = '1';
  const invoked = matchPath(invokePath, call.path)?.model;
  if (invoked !== undefined) forms.host = 'invoke';
  const inputs = parseInputs(wire, forms);
  const purpose = wire.string('input_type');
  // Older models of version 1 know no purpose, and so neither do their callers.
  if (purpose === undefined) forms.input_type = 'absent';
  const truncate = wire.string('truncate');
  return {
    dialect: name,
    model: wire.required('model', wire.string('model') ?? invoked),
    inputs,
    ...readPlainFields(wire, requestFields),
    ...known({
      purpose: purpose === undefined ? undefined : parsePurpose(purpose, purposeWords),
      truncate: truncate === undefined ? undefined : parseTruncation(truncate),
    }),
    ...wire.annotations(name, forms),
  };
}

function parseTruncation(word: string): string {
  return (Object.hasOwn(truncations, word) ? truncations[word] : undefined) ?? word;
}
