/**
 * A caller speaks the chat format, the provider speaks Messages: the request is translated one way and the stream back,
 * piece by piece. Run it with `node examples/translate-a-stream.ts`; it needs no key and no network.
 */
import { createFrameReader, createFrameWriter, dialects, type WireCall } from '@keelson/core';

export interface Translation {
  /** The call to send to the provider, without host and key. */
  readonly call: WireCall;
  /** What the provider's format cannot say of the request. */
  readonly losses: readonly { readonly field: string; readonly action: string; readonly detail: string }[];
  /** The provider's bytes as the caller's, as they come. */
  readonly push: (bytes: Uint8Array) => Uint8Array[];
  readonly end: () => Uint8Array[];
}

export function translate(body: unknown): Translation {
  const chat = dialects['openai-chat'];
  const messages = dialects['anthropic-messages'];

  // A caller speaks the chat format; the provider speaks Messages.
  const path = '/v1/chat/completions';
  const request = chat.inbound.parseRequest({ method: 'POST', path, query: {}, headers: {}, body });
  const { value: call, losses } = messages.outbound.renderRequest(request, messages.quirks);

  // The provider's stream comes back as the caller's.
  const reader = createFrameReader(messages.framing);
  const parser = messages.outbound.createStreamParser(messages.quirks);
  const renderer = chat.inbound.createStreamRenderer(request);
  const writer = createFrameWriter(chat.framing);
  const push = (bytes: Uint8Array): Uint8Array[] =>
    reader
      .push(bytes)
      .flatMap((frame) => parser.push(frame))
      .map((event) => writer.push(renderer.push(event)));
  const end = (): Uint8Array[] => [
    ...[...reader.end().flatMap((frame) => parser.push(frame)), ...parser.end()].map((event) =>
      writer.push(renderer.push(event)),
    ),
    writer.push(renderer.end()),
    writer.end(),
  ];
  return { call, losses, push, end };
}

const events = [
  ['message_start', { message: { id: 'msg_1', model: 'claude-haiku-4-5', usage: { input_tokens: 9 } } }],
  ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
  ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'A keelson holds.' } }],
  ['content_block_stop', { index: 0 }],
  ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }],
  ['message_stop', {}],
] as const;

/** What a provider would send. */
export const recorded = new TextEncoder().encode(
  events.map(([type, fields]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`).join(''),
);

if (import.meta.main) {
  const messages = [{ role: 'user', content: 'What does a keelson do?' }];
  const { call, losses, push, end } = translate({
    model: 'claude-haiku-4-5',
    messages,
    stream: true,
    seed: 7,
  });
  console.log('To the provider:', JSON.stringify(call.body));
  for (const { field, action, detail } of losses) console.log(`Lost: ${field} ${action}. ${detail}`);
  for (const bytes of [...push(recorded), ...end()]) process.stdout.write(bytes);
}
