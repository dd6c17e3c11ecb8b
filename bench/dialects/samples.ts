/** The bytes that the benchmark decodes: a stream of a thousand chunks and an answer of eight kilobytes, per format. */
import {
  type ChatEvent,
  type ChatMessage,
  createFrameWriter,
  type Dialect,
  type DialectName,
  dialects,
  type Frame,
  unfold,
} from '@keelson/core';

const encoder = new TextEncoder();
const words = [
  'the ',
  'keel ',
  'holds ',
  'what ',
  'the ',
  'frames ',
  'carry, ',
  'and ',
  'nothing ',
  'else. ',
];
const word = (at: number): string => words[at % words.length] as string;
const chunks = 1000;

/** What models write: paragraphs, lists, code and quotation marks, which is to say line breaks and escapes. */
const paragraph = [
  '## A keel and its keelson\n\n',
  'The *keelson* lies on the keel — the first timber that is laid — and is bolted through the floors:\n\n',
  '- **Keel**: carries the hull from below.\n- **Frames**: give it its form, "rib by rib".\n',
  '- **Keelson**: holds them together; everything else is bolted to it.\n\n',
  '```ts\nconst hull = { keel: "oak", frames: 42, keelson: true };\n\tlaunch(hull);\n```\n\n',
].join('');
const text = paragraph.repeat(Math.ceil(7600 / paragraph.length));

export interface Sample {
  /** One event per read, as a vendor sends them. */
  readonly reads: readonly Uint8Array[];
  /** The same bytes in reads of four kilobytes, as a busy socket gives them. */
  readonly largeReads: readonly Uint8Array[];
  readonly answer: string;
}

function inReads(events: readonly string[]): Pick<Sample, 'reads' | 'largeReads'> {
  const largeReads = inLargeReads(encoder.encode(events.join('')));
  return { reads: events.map((event) => encoder.encode(event)), largeReads };
}

function inLargeReads(bytes: Uint8Array): Uint8Array[] {
  const reads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 4096) reads.push(bytes.subarray(at, at + 4096));
  return reads;
}

/** Shaped like the official stream: every chunk repeats its head, and padding hides the length of the text. */
function openAiEvents(): string[] {
  const head = {
    id: 'chatcmpl-BenchBenchBenchBenchBenchB',
    object: 'chat.completion.chunk',
    created: 1790000000,
    model: 'gpt-5-nano-2025-08-07',
    service_tier: 'default',
    system_fingerprint: 'fp_0123456789',
  };
  const event = (choices: unknown[], usage: unknown): string =>
    `data: ${JSON.stringify({ ...head, choices, usage, obfuscation: 'q7Zk2mPw' })}\n\n`;
  const delta = (fields: object, finish: string | null = null): string =>
    event([{ index: 0, delta: fields, logprobs: null, finish_reason: finish }], null);
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...Array.from({ length: chunks - 3 }, (_, at) => delta({ content: word(at) })),
    delta({}, 'stop'),
    event([], openAiUsage),
    'data: [DONE]\n\n',
  ];
}

const openAiUsage = {
  prompt_tokens: 120,
  completion_tokens: 997,
  total_tokens: 1117,
  prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

function openAiAnswer(): string {
  const message = { role: 'assistant', content: text, refusal: null, annotations: [] };
  return JSON.stringify({
    id: 'chatcmpl-BenchBenchBenchBenchBenchB',
    object: 'chat.completion',
    created: 1790000000,
    model: 'gpt-5-nano-2025-08-07',
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: openAiUsage,
    service_tier: 'default',
    system_fingerprint: null,
  });
}

const anthropicUsage = {
  input_tokens: 56,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 64,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 997,
  service_tier: 'standard',
};

function anthropicMessage(content: unknown[], stopReason: string | null): object {
  return {
    id: 'msg_01BenchBenchBenchBenchBench',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: anthropicUsage,
  };
}

function anthropicEvents(): string[] {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const delta = (piece: string): string =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } });
  return [
    event('message_start', { message: anthropicMessage([], null) }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: chunks - 5 }, (_, at) => delta(word(at))),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 997 },
    }),
    event('message_stop', {}),
  ];
}

function anthropicAnswer(): string {
  return JSON.stringify(anthropicMessage([{ type: 'text', text }], 'end_turn'));
}

const prose: ChatMessage = {
  facts: { id: 'bench-BenchBenchBenchBenchBench', model: 'bench-2026-05-01', createdAt: 1_790_000_000 },
  parts: [{ type: 'text', text }],
  stop: { unified: 'stop' },
  usage: { input: { total: 120, uncached: 120 }, output: { total: 997 } },
};

/** As our own dialect writes it, for formats whose chunks hold nothing that it would not write. */
function writtenBy(name: DialectName): Sample {
  const dialect = dialects[name] as Dialect<never>;
  const request = { model: prose.facts.model ?? '', turns: [], stream: true };
  const renderer = dialect.inbound.createStreamRenderer(request);
  const writer = createFrameWriter(dialect.framing);
  const reads: Uint8Array[] = [];
  const write = (frames: readonly Frame[]): void => {
    for (const frame of frames) reads.push(writer.push([frame]));
  };
  for (const event of streamed()) write(renderer.push(event));
  write(renderer.end());
  const closing = writer.end();
  if (closing.length > 0) reads.push(closing);
  const { value } = dialect.inbound.renderResponse(prose, { ...request, stream: false });
  return { reads, largeReads: inLargeReads(Buffer.concat(reads)), answer: JSON.stringify(value) };
}

function streamed(): ChatEvent[] {
  return unfold({ ...prose, parts: [{ type: 'text', text: word(0) }] }).flatMap((event): ChatEvent[] =>
    event.type === 'text-delta'
      ? Array.from({ length: chunks - 4 }, (_, at) => ({ ...event, text: word(at) }))
      : [event],
  );
}

const shaped: Readonly<Partial<Record<DialectName, Sample>>> = {
  'openai-chat': { ...inReads(openAiEvents()), answer: openAiAnswer() },
  'anthropic-messages': { ...inReads(anthropicEvents()), answer: anthropicAnswer() },
};

export function sampleOf(name: DialectName): Sample {
  return shaped[name] ?? writtenBy(name);
}
