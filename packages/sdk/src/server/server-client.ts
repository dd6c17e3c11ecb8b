/**
 * What a team's server is asked by programs: every operation of its API that an application needs, typed, over the transport of
 * the SDK. What its operations are called and take is generated (`server-operations.ts`); how they are sent stands here.
 */
import { isJsonObject, KeelsonError } from '@keelson/core';
import { cancelled, failureOf, noKeelson, readAnswer } from '../call-error.ts';
import { pause } from '../clock.ts';
import type { Reply } from '../reply.ts';
import { type Method, type Remote, readAddress, send } from '../transport.ts';
import { sdkVersion } from '../version.ts';
import { ConflictError } from './conflict-error.ts';
import {
  type Asked,
  type AskOptions,
  type GetProfileAnswer,
  type PushProfileAnswer,
  type PushProfileBody,
  type ReportCallBody,
  ServerOperations,
} from './server-operations.ts';

export interface ServerOptions extends Remote {
  /** The project that is meant; that of the key when left out. */
  readonly workspace?: string;
  /** How often what only reads is asked again while nobody answers; 2 when left out, 0 for never. */
  readonly retries?: number;
}

export interface ProfilePush {
  /** The text of a lockfile, or its data; only the profile that is pushed is taken. */
  readonly lockfile: string | object;
  /** The revision that it is based on, or what was pulled; 0, when left out, for a profile that is not there yet. */
  readonly base?: number | Pick<GetProfileAnswer, 'revision'>;
  /** Takes the place of whatever is there. */
  readonly force?: boolean;
}

export interface PulledProfile extends GetProfileAnswer {
  /** A lockfile of nothing but this profile, whose digest is `digest`. */
  readonly text: string;
}

const firstWaitMs = 200;
const longestWaitMs = 10_000;

/** Of these, the same question may have another answer a moment later. */
const passing: ReadonlySet<string> = new Set([
  'provider_unavailable',
  'provider_overloaded',
  'provider_timeout',
  'rate_limited',
  'limit_reached',
  'stream_interrupted',
]);

/** Of these, another version may be the reason. */
const ofVersions: ReadonlySet<string> = new Set(['not_found', 'invalid_request', 'internal_error']);

/**
 * @example
 * const server = new ServerClient({ url: 'http://127.0.0.1:4100', key });
 * const { text } = await server.pull('default');
 */
export class ServerClient extends ServerOperations {
  readonly #remote: Remote;
  readonly #workspace: string | undefined;
  readonly #retries: number;
  #serverVersion: string | undefined;

  constructor({ workspace, retries = 2, ...remote }: ServerOptions) {
    super();
    this.#remote = { ...remote, url: readAddress(remote.url) };
    this.#workspace = workspace;
    this.#retries = retries;
  }

  /** Which Keelson answered last; undefined until one has. */
  get serverVersion(): string | undefined {
    return this.#serverVersion;
  }

  /** Shares a profile. Throws a `ConflictError` where somebody else was first; then nothing was changed. */
  async push(name: string, push: ProfilePush, options?: AskOptions): Promise<PushProfileAnswer> {
    const { prepareProfile } = await import('./shared-profile.ts');
    const { document, digest, lockfileDigest } = prepareProfile(push.lockfile, name);
    const { base = 0, force } = push;
    const body: PushProfileBody = {
      base_revision: typeof base === 'number' ? base : base.revision,
      lockfile: document,
      digest,
      client: `@keelson/sdk/${sdkVersion}`,
      ...(lockfileDigest !== undefined && { lockfile_digest: lockfileDigest }),
      ...(force !== undefined && { force }),
    };
    return this.pushProfile(name, body, {}, options);
  }

  /** The newest revision of a profile, held against its digest. */
  async pull(name: string, options?: AskOptions): Promise<PulledProfile> {
    const [answer, { readProfile }] = await Promise.all([
      this.getProfile(name, {}, options),
      import('./shared-profile.ts'),
    ]);
    return { ...answer, text: readProfile(answer.lockfile, name, answer.digest) };
  }

  protected override async send(method: string, path: string, asked: Asked): Promise<Reply> {
    return this.#tryAgain(method, asked, () => this.#open(method, path, asked));
  }

  protected override async ask<Answer>(method: string, path: string, asked: Asked): Promise<Answer> {
    try {
      return (await this.#tryAgain(method, asked, async () => {
        const reply = await this.#open(method, path, asked);
        const answer = await readAnswer(reply, this.#remote.url);
        if (isJsonObject(answer)) return answer;
        throw noKeelson(reply, this.#remote.url);
      })) as Answer;
    } catch (thrown) {
      const [, name] = /^\/api\/v1\/profiles\/([^/]+)/.exec(path) ?? [];
      if (name === undefined || !KeelsonError.is(thrown) || thrown.code !== 'conflict') throw thrown;
      throw await this.#conflict(thrown, decodeURIComponent(name), asked);
    }
  }

  async #open(method: string, path: string, { query, body, options }: Asked): Promise<Reply> {
    const search = new URLSearchParams();
    // Operations without a query are about no project.
    const whole = query && { ...(this.#workspace !== undefined && { workspace: this.#workspace }), ...query };
    for (const [name, value] of Object.entries(whole ?? {}))
      if (value !== undefined) search.set(name, String(value));
    const address = search.size > 0 ? `${path}?${search}` : path;
    const reply = await send(this.#remote, address, {
      method: method as Method,
      body,
      signal: options?.signal,
    });
    this.#serverVersion = reply.version ?? this.#serverVersion;
    if (reply.isGood) return reply;
    throw explainVersion(await failureOf(reply, this.#remote.url), reply.version);
  }

  /** Only what reads, and what counts once however often it is told. */
  async #tryAgain<Done>(method: string, asked: Asked, attempt: () => Promise<Done>): Promise<Done> {
    const isSafe = method === 'GET' || isTold(asked.body);
    const signal = asked.options?.signal;
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (thrown) {
        if (!isSafe || tries >= this.#retries) throw thrown;
        if (!KeelsonError.is(thrown) || !passing.has(thrown.code)) throw thrown;
        const { retryAfterMs = firstWaitMs * 2 ** tries } = thrown.details;
        if (retryAfterMs > longestWaitMs) throw thrown;
        await pause(retryAfterMs, signal);
        if (signal?.aborted) throw cancelled(signal);
      }
    }
  }

  async #conflict(error: KeelsonError, profile: string, { body, options }: Asked): Promise<ConflictError> {
    const theirs = await this.getProfile(profile, {}, options).catch(() => undefined);
    const { lockfile } = (body ?? {}) as Partial<PushProfileBody>;
    if (theirs === undefined || lockfile === undefined)
      return new ConflictError(error, { profile, theirs, changes: [] });
    const { differences } = await import('./shared-profile.ts');
    return new ConflictError(error, {
      profile,
      theirs,
      changes: differences(lockfile, theirs.lockfile, profile),
    });
  }
}

/** A reported call with its own id counts once. */
function isTold(body: unknown): boolean {
  return (body as Partial<ReportCallBody> | undefined)?.id_at_origin !== undefined;
}

/** Where server and client differ by more than repairs, that is the first thing to look at. */
function explainVersion(error: KeelsonError, version: string | undefined): KeelsonError {
  if (version === undefined || !ofVersions.has(error.code) || lineOf(version) === lineOf(sdkVersion))
    return error;
  const { code, message, hint, details } = error;
  const says = `The server is Keelson ${version}, this client of ${sdkVersion}: the older of both may not know it.`;
  return new KeelsonError(code, message, { hint: `${hint} ${says}`, details, cause: error });
}

const lineOf = (version: string): string => version.split('.', 2).join('.');
