// Serves the registry as a registry is laid out on the web, to anybody: it holds nothing but public prices.
import { hashRegistryContent, KeelsonError } from '@keelson/core';
import { bundledSource, type RegistrySource } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendTagged, type TaggedText } from '../http/index.ts';
import { registerRegistryMirror } from './registry-mirror.ts';

export interface RegistryFilesOptions {
  /** The bundled one when left out. */
  readonly registrySource?: RegistrySource;
}

/** The name of a version names one content for ever; what is current changes with a new release. */
const forEver = 'public, max-age=31536000, immutable';
const forMinutes = 'public, max-age=300, must-revalidate';

const providerForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const versionForm = /^[1-9]\d{0,8}$/;

/** Files that were asked for, as text; there are as many as providers. */
type Texts = Map<string, TaggedText>;

export function registerRegistryFiles(
  app: FastifyInstance,
  { registrySource: source = bundledSource }: RegistryFilesOptions,
): void {
  const texts: Texts = new Map();
  const serve = async (
    request: FastifyRequest,
    reply: FastifyReply,
    read: () => Promise<TaggedText | undefined>,
  ) => {
    const file = await read();
    if (file === undefined) throw new KeelsonError('not_found', `The registry has no ${pathOf(request)}.`);
    reply.header('x-content-type-options', 'nosniff');
    return sendTagged(request, reply, file);
  };
  app.get('/registry/manifest.json', (request, reply) => serve(request, reply, () => readManifest(source)));
  app.get<{ Params: { provider: string } }>('/registry/:provider/models.json', (request, reply) =>
    serve(request, reply, () => readFile(source, texts, request.params)),
  );
  app.get<{ Params: Wanted }>('/registry/:provider/v/:version/models.json', (request, reply) =>
    serve(request, reply, () => readFile(source, texts, request.params)),
  );
  registerRegistryMirror(app, source);
}

interface Wanted {
  readonly provider: string;
  readonly version?: string;
}

const pathOf = ({ url }: FastifyRequest): string => url.replace(/\?.*$/s, '').slice(0, 200);

async function readFile(
  source: RegistrySource,
  texts: Texts,
  wanted: Wanted,
): Promise<TaggedText | undefined> {
  const { provider, version } = wanted;
  if (!providerForm.test(provider)) return undefined;
  if (version !== undefined && !versionForm.test(version)) return undefined;
  const file =
    version === undefined ? await source.current(provider) : await source.version(provider, Number(version));
  if (file === undefined) return undefined;
  const cacheControl = version === undefined ? forMinutes : forEver;
  // By content, so that a file that is replaced is not served from here.
  const key = `${provider} ${file.digest} ${cacheControl}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const made = tagged(JSON.stringify(file.json), file.digest, cacheControl);
  for (const former of texts.keys())
    if (former.startsWith(`${provider} `) && former.endsWith(` ${cacheControl}`)) texts.delete(former);
  texts.set(key, made);
  return made;
}

async function readManifest(source: RegistrySource): Promise<TaggedText | undefined> {
  const manifest = await source.manifest();
  return manifest && tagged(JSON.stringify(manifest), hashRegistryContent(manifest), forMinutes);
}

const tagged = (text: string, tag: string, cacheControl: string): TaggedText => ({
  text,
  tag,
  cacheControl,
  type: 'application/json; charset=utf-8',
});
