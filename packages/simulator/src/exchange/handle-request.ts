/** The first and the last of every request: who answers it, what is remembered of it, and that nothing escapes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { KeelsonError } from '@keelson/core';
import { answerControl, isControlPath } from '../control/index.ts';
import type { Endpoint } from '../endpoints/index.ts';
import { renderPlainError } from '../endpoints/index.ts';
import { hideSecrets, type Incoming, readIncoming } from '../http/index.ts';
import type { Recording } from '../recorder.ts';
import { findRoutes, type Route } from '../routes.ts';
import { answerCall, type Outcome } from './answer-call.ts';
import type { Simulation } from './simulation.ts';

export async function handleRequest(
  simulation: Simulation,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Connections from before a refusal are as dead as new ones.
  if (simulation.listener.isRefusing) {
    message.socket.resetAndDestroy();
    return;
  }
  const incoming = readIncoming(message, response);
  try {
    if (isControlPath(incoming.path)) await answerControl(simulation, incoming);
    else await answerVendor(simulation, incoming);
  } catch {
    // Only a socket that broke while an error was being told leads here.
    response.destroy();
  }
}

async function answerVendor(simulation: Simulation, incoming: Incoming): Promise<void> {
  const { method, path, query, headers, hangUp } = incoming;
  const at = simulation.clock();
  const matching = findRoutes(simulation.routes, path);
  const route = matching.find((candidate) => candidate.method === method);
  const endpoint = route?.endpoint ?? unknownEndpoint(simulation, incoming, matching);
  const fields = { method, path, query: hideSecrets(query), headers: hideSecrets(headers), at };
  const recording = simulation.recorder.open(
    route === undefined ? fields : { ...fields, dialect: endpoint.name },
  );
  const outcome: Outcome = { isStream: false, bytes: 0 };
  await answerCall({ simulation, incoming, endpoint, recording, outcome });
  const answered = {
    ...outcome,
    isHangUp: hangUp.aborted && !wasBrokenByUs(outcome),
    tookMs: simulation.clock() - at,
  };
  simulation.recorder.close(recording, answered);
  simulation.log(describe(recording));
}

function wasBrokenByUs({ fault }: Outcome): boolean {
  return fault === 'connection-refused' || fault === 'reset-before-headers' || fault === 'reset-mid-stream';
}

/** Not a vendor's endpoint at all, or one that is asked in the wrong way. */
function unknownEndpoint(
  { routes }: Simulation,
  { method, path }: Incoming,
  matching: readonly Route[],
): Endpoint {
  const parse = (): never => {
    if (matching.length > 0) {
      const allowed = [...new Set(matching.map((route) => route.method))].join(', ');
      throw wrongMethod(`\`${path}\` answers ${allowed}, not ${method}.`);
    }
    const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    const message = `The simulator has no \`${path}\`. It answers ${known}, each with any prefix, and /_simulator/health.`;
    throw new KeelsonError('not_found', message);
  };
  return { name: 'unknown', parse, renderError: renderPlainError };
}

function wrongMethod(message: string): KeelsonError {
  return new KeelsonError('invalid_request', message, {
    vendor: { dialect: 'simulator', status: 405, message },
  });
}

function describe({ method, path, dialect, model, answered }: Recording): string {
  const words = [method, path, dialect, model, answered?.status, answered?.fault, answered?.error];
  const end = answered?.isHangUp === true ? ' hang-up' : '';
  return `${words.filter((word) => word !== undefined).join(' ')}${end} ${answered?.bytes ?? 0} bytes`;
}
