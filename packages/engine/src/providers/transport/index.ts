// The way of bytes to a provider and back. What they mean is not known here.
export { collectReply, type WholeReply } from './collect-reply.ts';
export type { ConnectionSettings } from './connection.ts';
export { chooseProxy, type ProxySettings } from './proxy.ts';
export {
  isAbsent,
  isRedirect,
  isRefusal,
  isSuccess,
  isTooMany,
  isUnchanged,
  type OutgoingRequest,
  type ReplyHandler,
  type ReplyHeaders,
  type Sending,
  type TransportSettings,
} from './sending.ts';
export { defaultTimeouts, type Timeouts } from './timeouts.ts';
export { Transport } from './transport.ts';
