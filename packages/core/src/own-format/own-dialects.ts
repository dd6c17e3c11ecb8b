/** Our own format as dialects, one for each kind of call; the pipeline takes them like those of vendors. */
import type { Dialect, EmbedDialect, RerankDialect } from '../message/index.ts';
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
  createEventParser,
  parseChatEvents,
  parseFailure,
  parseOrder,
  parseVectors,
  renderChat,
  renderEmbed,
  renderRerank,
} from './outbound.ts';
import { chatPath, embedPath, name, rerankPath } from './wire.ts';

const quirks = {};

const whole = <Value>(value: Value): { value: Value; losses: [] } => ({ value, losses: [] });

const chat: Dialect<object> = {
  name,
  quirks,
  framing: 'sse',
  outbound: {
    renderRequest: (request) => whole(renderChat(request)),
    parseResponse: parseChatEvents,
    createStreamParser: () => createEventParser(),
    parseError: parseFailure,
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
    parseResponse: parseVectors,
    parseError: parseFailure,
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
    parseResponse: parseOrder,
    parseError: parseFailure,
  },
  inbound: {
    paths: [rerankPath],
    parseRequest: parseRerank,
    renderResponse: renderResult,
    renderError: renderFailure,
  },
};

export const ownDialects = { chat, embed, rerank } as const;
