/** Errors of this format, both ways: the bodies are those of the chat format, told under this format's name. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import type { WireReply } from '../../message/index.ts';
import { errorFromBody as chatError, parseError as parseChatError, renderError as renderChatError } from '../openai-chat/error.ts';
import { name as chat } from '../openai-chat/wire.ts';
import { name } from './wire.ts';

export function parseError(reply: WireReply): KeelsonError {
  return renamed(parseChatError(reply), name);
}

export function errorFromBody(reply: WireReply, body: Json): KeelsonError {
  return renamed(chatError(reply, body), name);
}

export function renderError(error: KeelsonError): WireReply {
  return renderChatError(error.vendor?.dialect === name ? renamed(error, chat) : error);
}

function renamed(error: KeelsonError, dialect: string): KeelsonError {
  const { code, message, hint, details, vendor } = error;
  return new KeelsonError(code, message, {
    hint,
    details: { ...details, dialect },
    ...(vendor !== undefined && { vendor: { ...vendor, dialect } }),
  });
}
