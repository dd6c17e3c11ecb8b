/** Our own format as dialects, one for each kind of call; the pipeline takes them like those of vendors. */
import {
  createStreamReader,
  type Dialect,
  type EmbedDialect,
  type RerankDialect,
  replyValue,
  type StreamParser,
  unfold,
  type WireReply,
} from '../message/index.ts';
import {
  createEventRenderer,
  parseChat,
  parseEmbed,
  parseRerank,
  renderFailure,
  renderMessage,
  renderResult,
} from './inbound.ts';
import {
  parseFailure,
  parseFrame,
  parseMessage,
  parseOrder,
  parseVectors,
  renderChat,
  renderEmbed,
  renderRerank,
} from './outbound.ts';
import { chatPath, embedPath, name, rerankPath } from './wire.ts';

const quirks = {};

const whole = <Value>(value: Value): { value: Value; losses: [] } => ({ value, losses: [] });

const parseError = ({ body }: WireReply) => parseFailure(replyValue(body), 'provider_error');

function createStreamParser(): StreamParser {
  return createStreamReader(
    { isEnded: false, isWhole: false },
    {
      dialect: name,
      read: (state, { data }, events) => {
        const event = parseFrame(data);
        if (event.type === 'call') return;
        events.push(event);
        if (event.type === 'message-end' || event.type === 'error') state.isWhole = true;
      },
      close: () => {},
      finish: ({ isWhole }) => isWhole,
    },
  );
}

const chat: Dialect<object> = {
  name,
  quirks,
  framing: 'sse',
  outbound: {
    renderRequest: (request) => whole(renderChat(request)),
    parseResponse: ({ body }) => unfold(parseMessage(replyValue(body))),
    createStreamParser,
    parseError,
  },
  inbound: {
    paths: [chatPath],
    parseRequest: parseChat,
    renderResponse: renderMessage,
    createStreamRenderer: createEventRenderer,
    renderError: renderFailure,
  },
};

const embed: EmbedDialect<object> = {
  name,
  quirks,
  outbound: {
    renderRequest: (request) => whole(renderEmbed(request)),
    parseResponse: ({ body }) => parseVectors(replyValue(body)),
    parseError,
  },
  inbound: {
    paths: [embedPath],
    parseRequest: parseEmbed,
    renderResponse: renderResult,
    renderError: renderFailure,
  },
};

const rerank: RerankDialect<object> = {
  name,
  quirks,
  outbound: {
    renderRequest: (request) => whole(renderRerank(request)),
    parseResponse: ({ body }) => parseOrder(replyValue(body)),
    parseError,
  },
  inbound: {
    paths: [rerankPath],
    parseRequest: parseRerank,
    renderResponse: renderResult,
    renderError: renderFailure,
  },
};

export const ownDialects = { chat, embed, rerank } as const;
