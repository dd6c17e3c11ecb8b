/** What a chat call gives back: the answer, and what it came to. */
import {
  type AssistantTurn,
  type CallCost,
  type CallReport,
  type ChatMessage,
  type Loss,
  type Part,
  type ReportedAttempt,
  type StopReason,
  type ToolCallPart,
  type Turn,
  textOf,
  type Usage,
} from '@keelson/core';

/** What is known of every call when it is over. */
export interface Told {
  /** The id of the call. */
  readonly id: string | undefined;
  /** Who answered, as `provider:model`. */
  readonly model: string | undefined;
  /** What the provider says that it ran. */
  readonly servedModel: string | undefined;
  readonly usage: Usage | undefined;
  readonly cost: CallCost;
  /** The receipt is there a moment later; undefined where the server issues none. */
  readonly receiptId: string | undefined;
  readonly attempts: readonly ReportedAttempt[];
  /** What could not be said to the provider or of its answer. */
  readonly losses: readonly Loss[];
  /** The same in full; undefined where the server said nothing of it. */
  readonly call: CallReport | undefined;
}

export interface ChatResult<Output = never> extends Told {
  readonly text: string;
  readonly parts: readonly Part[];
  /** The reasoning, where the model shows it. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCallPart[];
  readonly stop: StopReason;
  readonly message: ChatMessage;
  /** The conversation with this answer, for the next `turns`. */
  readonly turns: readonly Turn[];
  /** What the schema made of the answer. */
  readonly output: Output;
  /** The calls before this one, where tools ran here. */
  readonly rounds: readonly Told[];
}

export function tell(report: CallReport | undefined, usage: Usage | undefined): Told {
  const { provider, model } = report ?? {};
  return {
    id: report?.id,
    model: provider === undefined || model === undefined ? undefined : `${provider}:${model}`,
    servedModel: report?.servedModel,
    usage: usage ?? report?.usage,
    cost: report?.cost ?? { status: 'unpriced' },
    receiptId: report?.receiptId,
    attempts: report?.attempts ?? [],
    losses: report?.losses ?? [],
    call: report,
  };
}

type Plain = Omit<ChatResult, 'output' | 'rounds'>;

export function tellChat(
  message: ChatMessage,
  report: CallReport | undefined,
  turns: readonly Turn[],
): Plain {
  const { parts, stop, facts, usage } = message;
  const told = tell(report, usage);
  const answer: AssistantTurn = { role: 'assistant', parts };
  return {
    ...told,
    servedModel: told.servedModel ?? facts.model,
    text: textOf(message),
    parts,
    reasoning: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    toolCalls: parts.filter((part) => part.type === 'tool-call'),
    stop,
    message,
    turns: [...turns, answer],
  };
}
