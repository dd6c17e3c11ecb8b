/** One request and its answer, as undici tells of them: what is passed on, what is too much, and how it can end. */

import type { Duplex } from 'node:stream';
import { type ErrorCode, KeelsonError } from '@keelson/core';
import type { Dispatcher } from 'undici';
import { explainFailure, type Failure, totalTimeCode } from './failures.ts';
import { Refusal } from './refusal.ts';
import type { ReplyHandler, ReplyHeaders, Sending, TransportSettings } from './sending.ts';
import { createUnpacker, type Unpacker } from './unpacker.ts';

export class Exchange implements Dispatcher.DispatchHandler, Sending {
  /** Among those under way, kept by whoever keeps them; -1 while it is not. */
  place = -1;
  readonly #settings: TransportSettings;
  readonly #handler: ReplyHandler;
  readonly #onOver: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #unpacker: Unpacker | undefined;
  #socket: Duplex | undefined;
  #total: NodeJS.Timeout | undefined;
  #refusal: Refusal | undefined;
  #received = 0;
  #hasStarted = false;
  #isOver = false;
  #isPaused = false;
  #isBusy = false;

  constructor(settings: TransportSettings, handler: ReplyHandler, onOver: () => void) {
    this.#settings = settings;
    this.#handler = handler;
    this.#onOver = onOver;
  }

  get mayBeSent(): boolean {
    return this.#controller !== undefined;
  }

  watchTotal(): void {
    this.#total = setTimeout(() => {
      this.#fail(Object.assign(new Error('total time'), { code: totalTimeCode }));
    }, this.#settings.timeouts.totalMs);
  }

  /** Ends with an error of ours, once. */
  refuse(failure: Failure, cause?: Error): void {
    if (this.#isOver) return;
    this.#breakOff();
    this.#handler.onError(this.#errorOf(failure, cause), this.#hasStarted);
  }

  cancel(): void {
    if (!this.#isOver) this.#breakOff();
  }

  pause(): void {
    this.#isPaused = true;
    this.#unpacker?.pause();
    this.#controller?.pause();
    this.#socket?.pause();
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket === undefined || this.#socket.destroyed || this.#socket.write(bytes);
  }

  onDrain(run: () => void): void {
    this.#socket?.on('drain', run);
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket?.resume();
    this.#unpacker?.resume();
    if (!this.#isBusy) this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was ended while it waited for a connection.
    if (this.#isOver) controller.abort(new Error('ended'));
    else if (this.#isPaused) controller.pause();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    if (this.#isOver || status < 200) return;
    if (status >= 300 && status < 400 && this.#settings.passesRedirects !== true) {
      this.refuse(redirected);
      return;
    }
    const unpacker = this.#createUnpacker(headers);
    if (unpacker === false) {
      this.refuse(unknownPacking);
      return;
    }
    this.#unpacker = unpacker;
    if (this.#isPaused) unpacker?.pause();
    this.#hasStarted = true;
    const told = unpacker === undefined ? headers : withoutPacking(headers);
    if (status >= 400) this.#startRefusal(status, told);
    else this.#handler.onStart(status, told);
  }

  onRequestUpgrade(
    _: Dispatcher.DispatchController,
    status: number,
    headers: ReplyHeaders,
    socket: Duplex,
  ): void {
    this.#socket = socket;
    socket.on('error', (cause: Error) => this.#fail(cause));
    if (this.#isOver) {
      socket.destroy();
      return;
    }
    this.#hasStarted = true;
    this.#handler.onStart(status, headers);
    socket.on('data', (bytes: Uint8Array) => {
      if (!this.#isOver) this.#passOn(bytes);
    });
    socket.on('close', () => {
      if (!this.#isOver) this.#end();
    });
    // Whoever ends its half of a WebSocket has said all there is.
    socket.on('end', () => socket.end());
    if (this.#isPaused) socket.pause();
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#unpacker === undefined) this.#passOn(bytes);
    else this.#unpacker.push(bytes);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    if (this.#unpacker === undefined) this.#end();
    else this.#unpacker.end();
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.#fail(cause);
  }

  #createUnpacker(headers: ReplyHeaders): Unpacker | undefined | false {
    const packing = headers['content-encoding'];
    return createUnpacker(Array.isArray(packing) ? packing.join() : packing, {
      onBytes: (bytes) => {
        if (!this.#isOver) this.#passOn(bytes);
      },
      onEnd: () => {
        if (!this.#isOver) this.#end();
      },
      onDamage: (cause) => this.refuse(damagedPacking, cause),
      onBusy: (isBusy) => {
        this.#isBusy = isBusy;
        if (isBusy) this.#controller?.pause();
        else if (!this.#isPaused) this.#controller?.resume();
      },
    });
  }

  #passOn(bytes: Uint8Array): void {
    this.#received += bytes.length;
    const { maxAnswerBytes } = this.#settings;
    if (this.#received <= maxAnswerBytes) {
      if (this.#refusal === undefined) this.#handler.onData(bytes);
      else this.#refusal.push(bytes);
    } else this.refuse({ code: 'invalid_response', why: `answers with more than ${maxAnswerBytes} bytes` });
  }

  /** Some vendors repeat the key that they refuse; it is taken out before anybody reads it. */
  #startRefusal(status: number, headers: ReplyHeaders): void {
    const { redactor } = this.#settings;
    if (redactor !== undefined) this.#refusal = new Refusal(redactor);
    this.#handler.onStart(status, this.#refusal?.cleanHeaders(headers) ?? headers);
  }

  #end(): void {
    const rest = this.#refusal?.takeClean();
    if (rest !== undefined && rest.length > 0) this.#handler.onData(rest);
    // Whoever reads may have had enough.
    if (this.#isOver) return;
    this.#close();
    this.#handler.onEnd();
  }

  #fail(cause: Error): void {
    this.refuse(explainFailure(cause, this.#settings.timeouts), cause);
  }

  #breakOff(): void {
    this.#close();
    this.#unpacker?.destroy();
    this.#socket?.destroy();
    this.#controller?.abort(new Error('ended'));
  }

  /** Nobody is told anything afterwards. */
  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#total);
    this.#onOver();
  }

  #errorOf({ code, why, hint }: Failure, cause?: Error): KeelsonError {
    const { provider, origin, connection } = this.#settings;
    const through = connection?.proxy === undefined ? '' : ` through the proxy ${connection.proxy.origin}`;
    const options = { ...(cause !== undefined && { cause }), ...(hint !== undefined && { hint }) };
    return new KeelsonError(
      this.#codeOf(code),
      `${provider} (${origin}${through}) ${this.#tell(why)}.`,
      options,
    );
  }

  /** Once bytes were passed on, a second attempt would be a second answer. */
  #codeOf(code: ErrorCode): ErrorCode {
    return this.#hasStarted ? 'stream_interrupted' : code;
  }

  #tell(why: string): string {
    const isBroken = this.#hasStarted && /without an answer|cannot be reached/.test(why);
    return isBroken ? 'broke off its answer' : why;
  }
}

const redirected: Failure = {
  code: 'invalid_response',
  why: 'answers with a redirect, which is never followed',
  hint: 'Set its address to the place where the API is.',
};
const unknownPacking: Failure = {
  code: 'invalid_response',
  why: 'packs its answer in a way that is not known here',
};
const damagedPacking: Failure = { code: 'invalid_response', why: 'packed its answer badly' };

/** What is passed on is no longer packed, nor of that length. */
function withoutPacking(headers: ReplyHeaders): ReplyHeaders {
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers;
  return rest;
}
