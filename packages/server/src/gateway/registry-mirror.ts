// The registry of all providers as one document, as LLMRing's server mirrors it. Made of the files that are served one by one; its tag
// is the hash of what is sent, so that nobody is told that what changed has not.
import { isJsonObject, type JsonObject, KeelsonError, sha256Hex } from '@keelson/core';
import type { RegistrySource, SourcedFile } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendTagged, type TaggedText } from '../http/index.ts';

const forMinutes = 'public, max-age=300, must-revalidate';
/** Whoever asks for ever other parts of it makes them anew. */
const maxRemembered = 16;
const mostNames = 50;

export function registerRegistryMirror(app: FastifyInstance, source: RegistrySource): void {
  const remembered = new Map<string, TaggedText>();
  const serve = async (request: FastifyRequest, reply: FastifyReply, version?: number) => {
    const text = await readMirror(source, remembered, { version, ...wishOf(request) });
    reply.header('x-content-type-options', 'nosniff');
    return sendTagged(request, reply, text);
  };
  for (const path of ['/registry', '/registry.json'])
    app.get(path, (request, reply) => serve(request, reply));
  app.get<{ Params: { version: string } }>('/registry/v/:version/registry.json', (request, reply) => {
    const { version } = request.params;
    if (!/^[1-9]\d{0,8}$/.test(version)) throw noVersion(version);
    return serve(request, reply, Number(version));
  });
}

interface Wish {
  readonly version?: number | undefined;
  /** All when left out. */
  readonly providers?: readonly string[];
  /** Models that have all of these for certain. */
  readonly capabilities: readonly string[];
}

function wishOf({ url }: FastifyRequest): Wish {
  const at = url.indexOf('?');
  const query = new URLSearchParams(at === -1 ? '' : url.slice(at + 1));
  const names = (field: string): string[] => {
    const all = query.getAll(field).flatMap((value) => value.split(','));
    const wanted = [...new Set(all.map((name) => name.trim()).filter(Boolean))].toSorted();
    const wrong = wanted.find((name) => !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name));
    if (wrong === undefined && wanted.length <= mostNames) return wanted;
    throw new KeelsonError('invalid_request', `\`${field}\` names what cannot be one, or too much.`, {
      hint: `Write at most ${mostNames} names in small letters, with commas between.`,
      details: { field },
    });
  };
  const providers = names('providers');
  const capabilities = names('capabilities');
  return { capabilities, ...(providers.length > 0 && { providers }) };
}

async function readMirror(
  source: RegistrySource,
  remembered: Map<string, TaggedText>,
  { version, providers, capabilities }: Wish,
): Promise<TaggedText> {
  const all = await providersOf(source);
  const asked = providers === undefined ? all : all.filter((name) => providers.includes(name));
  const files = await Promise.all(
    asked.map((name) => (version === undefined ? source.current(name) : source.version(name, version))),
  );
  const found = files.filter((file) => file !== undefined);
  if (version !== undefined && found.length === 0) throw noVersion(String(version));
  // By content, so that a file that is replaced is not served from here.
  const key = JSON.stringify([found.map(({ digest }) => digest), capabilities]);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const made = tagged(JSON.stringify(join(found, capabilities)));
  const [oldest] = remembered.keys();
  if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, made);
  return made;
}

async function providersOf(source: RegistrySource): Promise<string[]> {
  const manifest = await source.manifest();
  return isJsonObject(manifest?.providers) ? Object.keys(manifest.providers).toSorted() : [];
}

function join(files: readonly SourcedFile[], capabilities: readonly string[]): JsonObject {
  const models: Record<string, JsonObject> = {};
  for (const { json } of files) {
    for (const [name, row] of Object.entries(isJsonObject(json.models) ? json.models : {})) {
      if (!isJsonObject(row)) continue;
      if (capabilities.every((ability) => row[`supports_${ability}`] === true)) models[name] = row;
    }
  }
  const rows = files.map(({ json }) => [String(json.provider), Number(json.version ?? 0)] as const);
  const dates = files.map(({ json }) => String(json.updated_at ?? '')).toSorted();
  return {
    version: Math.max(0, ...rows.map(([, number]) => number)),
    updated_at: dates.at(-1) || null,
    providers: Object.fromEntries(rows),
    models,
  };
}

const tagged = (text: string): TaggedText => ({
  text,
  tag: sha256Hex(text),
  cacheControl: forMinutes,
  type: 'application/json; charset=utf-8',
});

function noVersion(version: string): KeelsonError {
  return new KeelsonError(
    'not_found',
    `The registry has no version ${version.slice(0, 20)} of any provider.`,
    {
      hint: 'GET /registry/manifest.json says which versions there are.',
    },
  );
}
