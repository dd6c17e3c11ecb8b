/**
 * Calls on their way back to whoever sent the request: under the names that it gave its tools, however a provider had to
 * be shown them.
 */
import { formOf } from './annotations.ts';
import type { Part, ToolCallPart } from './parts.ts';
import type { ChatRequest } from './request.ts';
import { isShortened, restoreName } from './tool-names.ts';

type Called = Pick<ToolCallPart, 'name' | 'spelling' | 'extensions'>;

/**
 * A shortened name is whole again, and one that its author wrote against the rule of `dialect` will be written so
 * again.
 */
export function asCallerNamed<Call extends Called>(call: Call, request: ChatRequest, dialect: string): Call {
  const { tools = [] } = request;
  const names = tools.flatMap((tool) => (tool.type === 'native' ? [] : [tool.name]));
  const name = isShortened(call.name) ? restoreName(call.name, names) : call.name;
  const isVerbatim = tools.some(
    (tool) => tool.type !== 'native' && tool.name === name && formOf(tool, dialect, 'name') === 'verbatim',
  );
  if (!isVerbatim) return name === call.name ? call : { ...call, name };
  const forms = call.spelling?.dialect === dialect ? call.spelling.forms : undefined;
  return {
    ...call,
    name,
    spelling: { ...(forms && call.spelling), dialect, forms: { ...forms, name: 'verbatim' } },
  };
}

/** The same for any part of an answer. */
export function restorePart(part: Part, request: ChatRequest, dialect: string): Part {
  return part.type === 'tool-call' ? asCallerNamed(part, request, dialect) : part;
}
