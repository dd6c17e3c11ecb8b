/** The events of an answer as a vendor streams them: text word by word, arguments in small pieces, input usage first. */
import { type ChatEvent, type ChatMessage, type TokenLogprob, unfold } from '@keelson/core';
import { splitArguments, splitText } from '../words.ts';

export function streamEvents(message: ChatMessage): ChatEvent[] {
  const choices = [message, ...(message.alternatives ?? [])];
  const waiting = choices.map(({ logprobs }) => (logprobs?.content ?? []).values());
  return unfold(message).flatMap((event): ChatEvent[] => {
    switch (event.type) {
      case 'message-start':
        return [event, ...startUsage(message)];
      case 'text-delta':
        return splitText(event.text).flatMap((text) => [
          { ...event, text },
          ...rateDelta(event.choice, waiting),
        ]);
      case 'reasoning-delta':
      case 'refusal-delta':
        return splitText(event.text).map((text) => ({ ...event, text }));
      case 'tool-call-delta':
        return splitArguments(event.arguments).map((piece) => ({ ...event, arguments: piece }));
      case 'logprobs':
        return [];
      default:
        return [event];
    }
  });
}

/** What was read is known before anything is written; some formats tell it at the start. */
function startUsage({ usage }: ChatMessage): ChatEvent[] {
  return usage === undefined ? [] : [{ type: 'usage', usage: { input: usage.input, output: {} } }];
}

/** The log probability of each piece follows it. They were made of the same pieces, so they come in the same order. */
function rateDelta(choice: number | undefined, waiting: readonly Iterator<TokenLogprob>[]): ChatEvent[] {
  const token: TokenLogprob | undefined = waiting[choice ?? 0]?.next().value;
  if (token === undefined) return [];
  return [{ type: 'logprobs', ...(choice !== undefined && { choice }), logprobs: { content: [token] } }];
}
