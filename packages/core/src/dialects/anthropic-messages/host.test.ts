import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { createFrameReader, createFrameWriter, type Frame } from '../../framing/index.ts';
import { fold, unfold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { anthropicMessages } from './index.ts';

const { inbound, outbound } = anthropicMessages;
const messages = [{ role: 'user', content: 'Hello' }];
const invoked = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 10, messages };
const callOf = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ({ method: 'POST', path, query: {}, headers, body }) as const;
const parse = (path: string, body: unknown) => inbound.parseRequest(callOf(path, body));
const quirksOf = (pathStyle: 'messages' | 'invoke' | 'raw-predict') => ({
  ...anthropicMessages.quirks,
  pathStyle,
});
const render = (path: string, body: unknown, style: Parameters<typeof quirksOf>[0]) =>
  outbound.renderRequest(parse(path, body), quirksOf(style));

describe('a call by the path of Bedrock', () => {
  const path = '/model/us.anthropic.claude-v1%3A0/invoke';

  it('has its model and streaming in the path', () => {
    expect(parse(path, invoked)).toMatchObject({ model: 'us.anthropic.claude-v1:0' });
    const streamed = parse(`${path}-with-response-stream`, invoked);
    expect(streamed).toMatchObject({ stream: true, streamOptions: { framing: 'bedrock-chunks' } });
  });

  it.each([path, `${path}-with-response-stream`])('goes out to Bedrock as it came: %s', (at) => {
    const body = { ...invoked, anthropic_beta: ['context-1m', 'effort'] };
    const { value, losses } = render(at, body, 'invoke');
    expect(value).toEqual(callOf(at, body));
    expect(losses).toEqual([]);
  });

  it('goes out to Anthropic by its own path, and to Vertex by that of Vertex', () => {
    const body = { ...invoked, anthropic_beta: ['context-1m'] };
    const at = `${path}-with-response-stream`;
    const headers = { 'anthropic-beta': 'context-1m' };
    expect(render(at, body, 'messages').value).toEqual(
      callOf(
        '/messages',
        { model: 'us.anthropic.claude-v1:0', max_tokens: 10, messages, stream: true },
        headers,
      ),
    );
    const vertex = { anthropic_version: 'vertex-2023-10-16', max_tokens: 10, messages };
    expect(render(at, body, 'raw-predict').value).toEqual(
      callOf('/models/us.anthropic.claude-v1%3A0:streamRawPredict', vertex, headers),
    );
  });

  it('demands what every Messages request does', () => {
    expect(() => parse(path, { messages })).toThrow('`max_tokens` is missing.');
    expect(() => parse(path, { inputText: 'Hello' })).toThrow('`messages` is missing.');
  });
});

describe('a call by the path of Vertex', () => {
  it('is streamed as Anthropic streams, and counted at a path of its own', () => {
    const { streamOptions, stream } = parse('/models/claude:streamRawPredict', {
      ...invoked,
      anthropic_version: 'vertex-2023-10-16',
    });
    expect([stream, streamOptions]).toEqual([true, undefined]);
    const count = { anthropic_version: 'vertex-2023-10-16', model: 'claude', messages };
    const at = '/models/count-tokens:rawPredict';
    expect(parse(at, count)).toMatchObject({ purpose: 'count-tokens', model: 'claude' });
    expect(render(at, count, 'raw-predict')).toEqual({ value: callOf(at, count), losses: [] });
  });
});

it('tokens are not counted by answering', () => {
  expect(() => render('/messages/count_tokens', { model: 'm', messages }, 'invoke')).toThrow(KeelsonError);
});

const answer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

describe('a stream of Bedrock', () => {
  const parseBytes = (frames: readonly Frame[]) => {
    const quirks = quirksOf('invoke');
    const framing = outbound.framingOf?.(quirks) ?? 'sse';
    const reader = createFrameReader(framing);
    const parser = outbound.createStreamParser(quirks);
    const read = reader.push(createFrameWriter(framing).push(frames));
    return fold([...[...read, ...reader.end()].flatMap((frame) => parser.push(frame)), ...parser.end()]);
  };
  const request = parse('/model/m/invoke-with-response-stream', invoked);
  const framesOf = (events: ReturnType<typeof unfold>): Frame[] => {
    const renderer = inbound.createStreamRenderer(request);
    return [...events.flatMap((event) => renderer.push(event)), ...renderer.end()];
  };
  const metrics = { inputTokenCount: 1, outputTokenCount: 1, invocationLatency: 5, firstByteLatency: 4 };

  it('means what a whole answer means', () => {
    const events = outbound.parseResponse(replyOf(answer));
    const { spelling: _spelling, ...message } = fold(events);
    expect(parseBytes(framesOf(events))).toEqual(message);
  });

  it('keeps the metrics of its last event where they were', () => {
    const last: Frame = {
      data: JSON.stringify({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics }),
    };
    const frames = framesOf(outbound.parseResponse(replyOf(answer)));
    const again = framesOf(unfold(parseBytes([...frames.slice(0, -1), last])));
    expect(again.at(-1)?.data).toBe(last.data);
    expect(again.at(-2)?.data).not.toContain('amazon-bedrock');
  });

  it('fails with the exceptions of Bedrock, both ways', () => {
    const start = framesOf(outbound.parseResponse(replyOf(answer))).slice(0, 3);
    const exception: Frame = { event: 'throttlingException', data: '{"message":"Slow down."}' };
    const { error, parts } = parseBytes([...start, exception]);
    expect(parts).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(error).toMatchObject({ code: 'rate_limited', message: 'Slow down.' });
    expect(framesOf([{ type: 'error', error: error as KeelsonError }])).toEqual([exception]);
  });
});

describe('an error of Bedrock', () => {
  const reply = {
    status: 400,
    headers: { 'x-amzn-errortype': 'ValidationException:http://internal', 'x-amzn-requestid': 'r1' },
    body: { message: 'The provided model identifier is invalid.' },
  };

  it('is told to its callers as it came, and to others in the words of this format', () => {
    const error = outbound.parseError(reply);
    expect(error).toMatchObject({ code: 'model_not_found', details: { providerRequestId: 'r1' } });
    const told = inbound.renderError(error, { path: '/model/m/invoke' });
    expect(told).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'ValidationException' },
      body: reply.body,
    });
    expect(inbound.renderError(error)).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error', message: reply.body.message } },
    });
  });

  it('is what callers by its path are told of any error', () => {
    const told = inbound.renderError(new KeelsonError('rate_limited', 'Slow down.'), {
      path: '/model/m/invoke-with-response-stream',
    });
    expect(told).toMatchObject({ status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' } });
  });
});
