/** Answers one call to the simulated vendor: reads it, decides script and fault, and sends what they make of it. */
import {
  type ErrorCode,
  type KeelsonError,
  parseJson,
  toKeelsonError,
  type WireCall,
  type WireReply,
} from '@keelson/core';
import { sleep } from '../clock.ts';
import { deliver, planDelivery, planReply } from '../delivery/index.ts';
import type { Occasion } from '../director.ts';
import type { Endpoint, Instruction, Question } from '../endpoints/index.ts';
import { type Fault, type FaultName, faultRow, whyInapplicable } from '../faults/index.ts';
import { findKey, type Incoming, readBody } from '../http/index.ts';
import { refuseScript } from '../notation/index.ts';
import { shortHash } from '../random.ts';
import type { Recording } from '../recorder.ts';
import { idsOf, renderFault, vendorOf } from '../vendors/index.ts';
import type { Simulation } from './simulation.ts';

/** What became of a call; filled in as it goes, so that it is true at whatever point the call ends. */
export interface Outcome {
  status?: number;
  fault?: FaultName;
  error?: ErrorCode;
  isStream: boolean;
  bytes: number;
}

export interface Call {
  readonly simulation: Simulation;
  readonly incoming: Incoming;
  readonly endpoint: Endpoint;
  readonly recording: Recording;
  readonly outcome: Outcome;
}

export async function answerCall(call: Call): Promise<void> {
  try {
    const text = await readText(call);
    if (hasWrongKey(call)) await sendFault(call, wrongKey);
    else await answer(call, readQuestion(call, text));
  } catch (thrown) {
    if (hasGone(call.incoming)) return;
    await sendError(call, toKeelsonError(thrown));
  }
}

function hasGone({ hangUp, message, response }: Incoming): boolean {
  return hangUp.aborted || response.destroyed || message.readableAborted;
}

async function readText({ simulation, incoming, recording }: Call): Promise<string> {
  const text = incoming.method === 'POST' ? await readBody(incoming.message) : '';
  simulation.recorder.keepBody(recording, text);
  return text;
}

const wrongKey: Fault = { name: 'unauthorized', settings: {} };

function hasWrongKey({ incoming: { headers, query } }: Call): boolean {
  return findKey(headers, query)?.includes('invalid') === true;
}

function readQuestion({ incoming, endpoint, recording }: Call, text: string): Question {
  const { method, path, query, headers } = incoming;
  const isForm = headers['content-type']?.startsWith('multipart/') === true;
  const json = (): unknown => (isForm ? text : parseJson(text, 'request body'));
  // Some things are asked for without any body.
  const hasBody = method === 'POST' && !(text === '' && path.endsWith('/cancel'));
  const body = hasBody ? json() : undefined;
  const question = endpoint.parse({ method: method as WireCall['method'], path, query, headers, body });
  if (question.model !== undefined) recording.model = question.model;
  if (question.request !== undefined) recording.request = question.request;
  return question;
}

async function answer(call: Call, question: Question): Promise<void> {
  const { simulation, incoming, outcome } = call;
  const instruction = instruct(call, question);
  const { script, fault } = instruction;
  outcome.isStream = question.isStream;
  if (fault !== undefined) outcome.fault = fault.name;
  if (script.delayMs !== undefined) await sleep(script.delayMs, incoming.hangUp);
  if (fault !== undefined && (await strikeConnection(call, fault))) return;
  if (fault !== undefined && faultRow(fault.name).error !== undefined)
    return sendFault(call, fault, question);
  const request = requestId(call);
  const id = idsOf(call.endpoint.name).answer(request);
  const place = { id, requestId: request, createdAt: Math.floor(simulation.clock() / 1000) };
  const delivery = planDelivery(question.answer(instruction, place), { fault, chunksMs: script.chunksMs });
  await send(call, delivery);
}

/** A waiting script comes before the prompt, and a fault of the script before one that is drawn. */
function instruct({ simulation, incoming, endpoint }: Call, question: Question): Instruction {
  const { isStream, model, framing } = question;
  const occasion: Occasion = { dialect: endpoint.name, path: incoming.path, model };
  const struck = { isStream, framing: isStream ? framing : undefined };
  const waiting = simulation.director.takeScript(occasion);
  const instruction = waiting === undefined ? question.readScript() : question.useScript(waiting);
  const { fault: scripted } = instruction.script;
  const complaint = scripted === undefined ? undefined : whyInapplicable(scripted, struck);
  if (complaint !== undefined) throw refuseScript(complaint);
  const fault = scripted ?? simulation.director.drawFault(occasion, struck);
  return { ...instruction, ...(fault !== undefined && { fault }) };
}

/** Whether that was the end of the connection. */
async function strikeConnection({ simulation, incoming }: Call, { name, settings }: Fault): Promise<boolean> {
  switch (name) {
    case 'stall-before-first-byte':
      await sleep(settings.for ?? 0, incoming.hangUp);
      return false;
    case 'connection-refused':
      simulation.listener.refuseFor(settings.for ?? 0);
      incoming.response.socket?.resetAndDestroy();
      return true;
    case 'reset-before-headers':
      incoming.response.socket?.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

function requestId({ simulation, recording }: Call): string {
  return `sim-${shortHash(`${simulation.seed}/${recording.number}`)}`;
}

async function sendError(call: Call, error: KeelsonError): Promise<void> {
  const { response, message } = call.incoming;
  call.outcome.error = error.code;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a body that was too large is read and thrown away, or the caller would never come to read the answer.
  message.resume();
  const reply = call.endpoint.renderError(error, { path: call.incoming.path });
  await send(call, planReply({ ...reply, status: error.vendor?.status ?? reply.status }));
}

/** An error that is asked for comes as the vendor itself would send it. */
async function sendFault(call: Call, fault: Fault, question?: Question): Promise<void> {
  const { endpoint, outcome } = call;
  const framing = question?.isStream === true ? question.framing : undefined;
  const dialect = vendorOf(endpoint.name, call.incoming.path);
  const place = { dialect, requestId: requestId(call), framing };
  const code = faultRow(fault.name).error?.code;
  if (code !== undefined) outcome.error = code;
  await send(call, planReply(renderFault(fault, place) as WireReply));
}

async function send(call: Call, delivery: ReturnType<typeof planReply>): Promise<void> {
  const id = requestId(call);
  const { requestHeader } = idsOf(vendorOf(call.endpoint.name, call.incoming.path));
  const headers = { 'x-request-id': id, [requestHeader]: id, ...delivery.headers };
  call.outcome.status = delivery.status;
  const counted = (bytes: number): void => {
    call.outcome.bytes += bytes;
  };
  await deliver(call.incoming, { ...delivery, headers }, counted);
}
