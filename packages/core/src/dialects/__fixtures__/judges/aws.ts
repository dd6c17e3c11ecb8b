/** Settings of a client of the AWS SDK that is answered with a recording, whatever it asks. */
import { Readable } from 'node:stream';
import type { Recording } from '../recorded-traffic.ts';

export function awsSettings(recording: Recording) {
  return {
    region: 'us-east-1',
    endpoint: 'http://recorded.invalid',
    token: { token: 'none' },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: { handle: async () => ({ response: replyOf(recording) }) },
  };
}

/** What an HTTP handler of the SDK gives, with the recorded bytes. */
function replyOf({ status, bytes }: Recording) {
  const headers: Record<string, string> = { 'content-type': 'application/vnd.amazon.eventstream' };
  return { statusCode: status, reason: '', headers, body: Readable.from([Buffer.from(bytes)]) };
}
