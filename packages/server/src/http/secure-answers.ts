/** What browsers are told about answers that are not a model's: show them nowhere else, guess nothing, keep nothing. */
import type { FastifyInstance } from 'fastify';

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Of all routes of this part of the application. */
export function secureAnswers(part: FastifyInstance): void {
  part.addHook('onRequest', (_, reply, done) => {
    // On the answer itself, because some are taken out of the framework's hands.
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
    done();
  });
}
