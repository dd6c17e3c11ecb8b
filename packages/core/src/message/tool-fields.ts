/** What tools and their results say besides the plainest, towards formats that can say some of it only. */
import type { Json } from '../json/index.ts';
import type { Loss } from './loss.ts';
import type { Part, ToolResultPart } from './parts.ts';
import type { FunctionTool } from './request.ts';

/** Everything of a function besides its name, its description and its parameters. */
const toolExtras = [
  'strict',
  'cache',
  'deferLoading',
  'eagerInput',
  'allowedCallers',
  'inputExamples',
  'async',
  'outputSchema',
  'returns',
  'behavior',
] as const;

type ToolExtra = (typeof toolExtras)[number];

export interface ToolPlace {
  /** Path of the tool, for losses. */
  readonly field: string;
  readonly dialect: string;
  /** What the format can say, or reports itself. */
  readonly said: readonly ToolExtra[];
}

export function reportToolExtras(
  tool: FunctionTool,
  { field, dialect, said }: ToolPlace,
  losses: Loss[],
): void {
  for (const key of toolExtras) {
    if (tool[key] === undefined || said.includes(key)) continue;
    const detail = `${dialect} has no such field on tools.`;
    losses.push({ field: `${field}.${key}`, action: 'dropped', detail });
  }
}

/** What is sent where a format demands a schema; elsewhere a tool may have none. */
export function emptySchema(field: string, losses: Loss[]): Json {
  const detail = 'An empty object schema is sent.';
  losses.push({ field: `${field}.parameters`, action: 'emulated', detail });
  return { type: 'object', properties: {} };
}

/** What a result says besides its content, towards a format that knows its call and nothing more. */
export function reportResultExtras(
  { isError, cache, toolset }: ToolResultPart,
  at: string,
  dialect: string,
  losses: Loss[],
): void {
  const drop = (field: string, detail: string): void => {
    losses.push({ field: `${at}.${field}`, action: 'dropped', detail });
  };
  if (isError) drop('isError', `${dialect} cannot mark a result as failed.`);
  if (cache !== undefined) drop('cache', 'No cache marks on results.');
  if (toolset !== undefined) drop('toolset', `${dialect} has no such field on results.`);
}

/** The words of a result; what else it holds is added to `moved`, because a user's message has to bring it. */
export function withoutMedia(
  result: ToolResultPart,
  at: string,
  moved: Part[],
  losses: Loss[],
): readonly Part[] {
  const kept = result.parts.filter((part) => part.type === 'text');
  if (kept.length === result.parts.length) return kept;
  moved.push(...result.parts.filter((part) => part.type !== 'text'));
  const detail = 'Media of a tool result follow in a user message.';
  losses.push({ field: `${at}.parts`, action: 'emulated', detail });
  return kept.length > 0 ? kept : [{ type: 'text', text: `The result of call ${result.callId} follows.` }];
}
