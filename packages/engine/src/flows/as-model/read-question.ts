/** What a flow is given of a request, and what it cannot heed. Nothing is left out in silence: it is refused, or told as a loss. */
import { type ChatRequest, KeelsonError, type Loss, type Part, reportUnsaid, type Turn } from '@keelson/core';
import type { FlowModel } from '../flow-models.ts';

interface ReadQuestion {
  readonly payload: unknown;
  readonly losses: readonly Loss[];
}

interface Message {
  readonly role: Turn['role'];
  readonly text: string;
}

export function readQuestion(request: ChatRequest, takes: FlowModel['takes']): ReadQuestion {
  refuseUnanswerable(request);
  const losses: Loss[] = [];
  const last = request.turns.findLastIndex(({ role }) => role === 'user');
  const asking = request.turns[last];
  if (asking === undefined)
    throw invalid('turns', 'There is no message of the user, which is what a flow is given.');
  const text = textOf(asking, last, losses);
  if (takes === 'text')
    return { payload: text, losses: [...unheardTurns(request), ...losses, ...unheeded(request)] };
  const system = request.system?.map((part) => part.text).join('\n');
  const messages: Message[] = system === undefined ? [] : [{ role: 'system', text: system }];
  for (const [index, turn] of request.turns.entries())
    messages.push({ role: turn.role, text: index === last ? text : textOf(turn, index, losses) });
  return { payload: { text, messages }, losses: [...losses, ...unheeded(request)] };
}

/** Whoever asks for these reads the answer by them. */
function refuseUnanswerable({ tools, toolChoice, outputFormat }: ChatRequest): void {
  if (tools !== undefined && tools.length > 0 && toolChoice?.type !== 'none')
    throw invalid(
      'tools',
      'A flow calls no tools of its caller.',
      'Leave `tools` out, or put the tools into the flow.',
    );
  if (outputFormat?.type === 'json-schema')
    throw invalid(
      'outputFormat',
      'A flow answers in its own form, not in one that its caller describes.',
      'Leave the schema out, or put it into the flow.',
    );
}

function invalid(field: string, message: string, hint?: string): KeelsonError {
  return new KeelsonError('invalid_request', message, {
    details: { field },
    ...(hint !== undefined && { hint }),
  });
}

function textOf({ parts }: Turn, index: number, losses: Loss[]): string {
  const texts: string[] = [];
  for (const [at, part] of (parts as readonly Part[]).entries()) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (part.type === 'reasoning')
      losses.push({
        field: `turns[${index}].parts[${at}]`,
        action: 'dropped',
        detail: 'A flow is given text alone.',
      });
    else
      throw invalid(
        `turns[${index}].parts[${at}]`,
        `A flow is given text alone, and no part of the type \`${part.type}\`.`,
        'Leave it out, or say it in words.',
      );
  }
  return texts.join('\n');
}

function unheardTurns({ system, turns }: ChatRequest): Loss[] {
  const detail = "The flow is given the user's last message alone.";
  return [
    ...(system === undefined ? [] : [{ field: 'system', action: 'dropped' as const, detail }]),
    ...(turns.length === 1 ? [] : [{ field: 'turns', action: 'dropped' as const, detail }]),
  ];
}

/** Kept, or heeded elsewhere. */
const heeded: ReadonlySet<string> = new Set(['service.store', 'metadata.tags']);

function unheeded(request: ChatRequest): Loss[] {
  const { outputFormat, toolChoice, parallelTools, ...others } = request;
  const isPlain = outputFormat === undefined || outputFormat.type === 'text';
  const asked: ChatRequest = isPlain ? others : { ...others, outputFormat };
  // How the stream is cut is the format's business.
  return reportUnsaid(asked, heeded, 'A flow').filter(({ field }) => !field.startsWith('streamOptions.'));
}
