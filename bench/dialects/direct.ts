/**
 * The least that can be done by hand: split the bytes, parse the JSON, read the fields of plain text and tool calls. No
 * bounds, no unknown fields, no second layout, no errors. This is the reference that the dialects are measured against.
 */
interface DirectEvent {
  readonly type: 'text' | 'tool' | 'end' | 'usage';
  readonly index: number;
  readonly value: unknown;
}

export interface Direct {
  readonly stream: (reads: readonly Uint8Array[]) => DirectEvent[];
  readonly answer: (body: string) => DirectEvent[];
}

/** Every event of the bytes, by the blank line between them. */
function readData(reads: readonly Uint8Array[], push: (data: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  for (const read of reads) {
    rest += decoder.decode(read, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n', from)) {
      const at = rest.indexOf('data: ', from);
      if (at >= 0 && at < end) push(rest.slice(at + 6, end));
      from = end + 2;
    }
    rest = rest.slice(from);
  }
}

interface OpenAiChoice {
  delta: {
    content?: string;
    tool_calls?: { index: number; function?: { name?: string; arguments?: string } }[];
  };
  message: { content?: string; tool_calls?: { function: { name: string; arguments: string } }[] };
  finish_reason: string | null;
}

interface OpenAiBody {
  choices: OpenAiChoice[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

const openAiChat: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data) as OpenAiBody;
      const choice = chunk.choices[0];
      if (choice?.delta.content) events.push({ type: 'text', index: 0, value: choice.delta.content });
      for (const call of choice?.delta.tool_calls ?? [])
        events.push({ type: 'tool', index: call.index, value: call.function });
      if (choice?.finish_reason) events.push({ type: 'end', index: 0, value: choice.finish_reason });
      if (chunk.usage) events.push({ type: 'usage', index: 0, value: chunk.usage });
    });
    return events;
  },
  answer(body) {
    const { choices, usage } = JSON.parse(body) as OpenAiBody;
    const { message, finish_reason: finish } = choices[0] as OpenAiChoice;
    return [
      { type: 'text', index: 0, value: message.content },
      ...(message.tool_calls ?? []).map(
        (call, index) => ({ type: 'tool', index, value: call.function }) as const,
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: finish },
    ];
  },
};

interface AnthropicBlock {
  type: string;
  text?: string;
  input?: unknown;
}

interface AnthropicEvent {
  type: string;
  index: number;
  delta: { text?: string; partial_json?: string; stop_reason?: string };
  content_block: AnthropicBlock;
  usage?: unknown;
}

const anthropicMessages: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      const event = JSON.parse(data) as AnthropicEvent;
      const { type, index } = event;
      if (type === 'content_block_delta') {
        const { text, partial_json: input } = event.delta;
        if (text !== undefined) events.push({ type: 'text', index, value: text });
        else if (input !== undefined) events.push({ type: 'tool', index, value: input });
      } else if (type === 'content_block_start') {
        if (event.content_block.type === 'tool_use')
          events.push({ type: 'tool', index, value: event.content_block });
      } else if (type === 'message_delta') {
        events.push({ type: 'usage', index: 0, value: event.usage });
        events.push({ type: 'end', index: 0, value: event.delta.stop_reason });
      }
    });
    return events;
  },
  answer(body) {
    const {
      content,
      usage,
      stop_reason: stop,
    } = JSON.parse(body) as {
      content: AnthropicBlock[];
      usage: unknown;
      stop_reason: string;
    };
    return [
      ...content.map((block, index) =>
        block.type === 'text'
          ? ({ type: 'text', index, value: block.text } as const)
          : ({ type: 'tool', index, value: block.input } as const),
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: stop },
    ];
  },
};

export const direct: Readonly<Record<string, Direct>> = {
  'openai-chat': openAiChat,
  'anthropic-messages': anthropicMessages,
};
