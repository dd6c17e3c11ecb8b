/**
 * Reads recorded provider traffic from the folder that `KEELSON_CORPUS` names. The recordings are not part of this
 * repository; without them the tests that need them skip, and say so.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Recording {
  readonly folder: string;
  readonly file: string;
  readonly kind: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The same as bytes; of a binary stream only they mean anything. */
  readonly bytes: Uint8Array;
}

const corpus = process.env.KEELSON_CORPUS || undefined;

/** The folders of the corpus whose name matches, or none when there is no corpus. */
export function recordedFolders(pattern: RegExp): readonly string[] {
  return corpus === undefined ? [] : readdirSync(corpus).filter((folder) => pattern.test(folder));
}

export const hasCorpus = corpus !== undefined;

interface StoredRecording {
  readonly request: { url: string; headers: Record<string, string>; body: string };
  readonly response: {
    status: number;
    headers: Record<string, string>;
    body: string;
    bodyEncoding?: string;
  };
  readonly meta: { kind: string };
}

export function readFolder(folder: string): Recording[] {
  const at = join(corpus as string, folder);
  return readdirSync(at).map((file) => ({ folder, file, ...readRecording(join(at, file)) }));
}

function readRecording(path: string): Omit<Recording, 'folder' | 'file'> {
  const { request, response, meta } = JSON.parse(readFileSync(path, 'utf8')) as StoredRecording;
  const url = new URL(request.url);
  const encoding = response.bodyEncoding === 'base64' ? 'base64' : 'utf8';
  return {
    kind: meta.kind,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    requestHeaders: request.headers,
    requestBody: request.body,
    status: response.status,
    headers: response.headers,
    body: response.body,
    bytes: Buffer.from(response.body, encoding),
  };
}
