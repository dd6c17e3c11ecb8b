/**
 * A folder in which people keep a registry: drafts wait in it until somebody has approved them, and every version that was ever
 * published stays. What a draft changes, and what an approval must name, is decided by core.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Approval,
  bundledProviders,
  type DraftReview,
  draftRegistry,
  isBundled,
  type Json,
  type JsonObject,
  KeelsonError,
  loadBundledJson,
  type Promotion,
  promoteDraft,
  type RegistryDraft,
  readBounded,
  readDraft,
  renderDraft,
  reviewDraft,
} from '@keelson/core';
import { acquireFileLock } from '../lockfile/index.ts';
import type { Clock, Random } from '../observability/index.ts';
import { buildManifest } from './build-manifest.ts';
import { readText } from './read-text.ts';
import { manifestPlace, placeOf } from './registry-source.ts';
import { namesIn, providersIn } from './validate-folder.ts';
import { writeWhole } from './write-whole.ts';

export interface RegistryFolder {
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

const draftsFolder = 'drafts';

const draftPath = ({ folder }: RegistryFolder, provider: string): string => {
  placeOf(provider);
  return join(folder, draftsFolder, `${provider}.json`);
};

const approvalPath = ({ folder }: RegistryFolder, provider: string): string => {
  placeOf(provider);
  return join(folder, draftsFolder, 'approved', `${provider}.json`);
};

const render = (json: JsonObject): string => `${JSON.stringify(json, null, 2)}\n`;

async function readJson(path: string): Promise<JsonObject | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : readBounded(text, path);
}

/** Begins a folder with the files of the bundled registry. What is there already stays. */
export async function createRegistryFolder(
  place: RegistryFolder,
  providers: readonly string[] = bundledProviders,
): Promise<readonly string[]> {
  return underLock(place, async () => {
    const created: string[] = [];
    for (const provider of providers) {
      if (!isBundled(provider)) throw missing(`The bundled registry has no \`${provider}\`.`);
      if ((await readJson(join(place.folder, placeOf(provider)))) !== undefined) continue;
      await publish(place, provider, await loadBundledJson(provider));
      created.push(provider);
    }
    await writeManifest(place);
    return created;
  });
}

export interface DraftFileRequest {
  readonly provider: string;
  /** A list of rows, or a registry file. */
  readonly factsPath: string;
  readonly source: { readonly name: string; readonly date: string };
}

/** Writes the draft, in place of a former one, and tells what it would change. */
export async function draftRegistryFile(
  place: RegistryFolder,
  request: DraftFileRequest,
): Promise<DraftReview> {
  const { provider, factsPath, source } = request;
  const text = await readText(factsPath);
  if (text === undefined) throw missing(`There are no facts at ${factsPath}.`);
  // Lists are read like objects: bounded, and no key twice.
  const { facts } = readBounded(`{"facts":${text}}`, factsPath);
  const current = await readJson(join(place.folder, placeOf(provider)));
  const draft = draftRegistry({
    provider,
    facts: facts ?? null,
    source,
    ...(current !== undefined && { current }),
  });
  await writeWhole(draftPath(place, provider), render(renderDraft(draft)), place.random);
  return reviewDraft(draft, current);
}

/** Providers with a draft that waits. */
export async function listDrafts({ folder }: RegistryFolder): Promise<readonly string[]> {
  const names = await namesIn(join(folder, draftsFolder));
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}

export async function reviewDraftFile(place: RegistryFolder, provider: string): Promise<DraftReview> {
  const { draft, current } = await readDraftFile(place, provider);
  return reviewDraft(draft, current);
}

/** Keeps who approved what beside the draft, until it is promoted. Throws where it could not be promoted like that. */
export async function approveDraftFile(
  place: RegistryFolder,
  provider: string,
  approval: Approval,
): Promise<Promotion> {
  return underLock(place, async () => {
    const { draft, current } = await readDraftFile(place, provider);
    const promotion = promoteDraft(draft, approval, current);
    await writeWhole(approvalPath(place, provider), render({ ...approval } as JsonObject), place.random);
    return promotion;
  });
}

/** Undefined where nobody has approved the draft yet. */
export async function readApproval(place: RegistryFolder, provider: string): Promise<Approval | undefined> {
  const json = await readJson(approvalPath(place, provider));
  if (json === undefined) return undefined;
  const { by, on, review, models } = json;
  const isList = models === undefined || (Array.isArray(models) && models.every(isText));
  if (!isText(by) || !isText(on) || !isText(review) || !isList)
    throw missing(`The approval of the draft of \`${provider}\` is damaged: review it again.`);
  return { by, on, review, ...(models !== undefined && { models: models as string[] }) };
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';

/** Publishes what was approved as the next version, and takes the draft away. Without an approval, the one beside it counts. */
export async function promoteDraftFile(
  place: RegistryFolder,
  provider: string,
  given?: Approval,
): Promise<Promotion> {
  return underLock(place, async () => {
    const { draft, current } = await readDraftFile(place, provider);
    const approval = given ?? (await readApproval(place, provider));
    if (approval === undefined) throw unreviewed(provider);
    const promotion = promoteDraft(draft, approval, current);
    // Of a file that was put there by hand, the version that it had must not be lost.
    if (current !== undefined) await archive(place, provider, current);
    await publish(place, provider, promotion.file);
    await writeManifest(place);
    await rm(draftPath(place, provider));
    await rm(approvalPath(place, provider), { force: true });
    return promotion;
  });
}

async function readDraftFile(
  place: RegistryFolder,
  provider: string,
): Promise<{ readonly draft: RegistryDraft; readonly current?: JsonObject }> {
  const json = await readJson(draftPath(place, provider));
  if (json === undefined) throw missing(`There is no draft of \`${provider}\`.`);
  const draft = readDraft(json);
  if (draft.provider !== provider)
    throw missing(`The draft of \`${provider}\` is one of \`${draft.provider}\`.`);
  const current = await readJson(join(place.folder, placeOf(provider)));
  return { draft, ...(current !== undefined && { current }) };
}

/** The archive first: what is current can always be found under its number. */
async function publish(place: RegistryFolder, provider: string, file: JsonObject): Promise<void> {
  await archive(place, provider, file);
  await writeWhole(join(place.folder, placeOf(provider)), render(file), place.random);
}

/** What was published under a number stays as it is, whoever asks. */
async function archive(place: RegistryFolder, provider: string, file: JsonObject): Promise<void> {
  const path = join(place.folder, placeOf(provider, Number(file.version)));
  const former = await readText(path);
  if (former === undefined) await writeWhole(path, render(file), place.random);
  else if (former !== render(file)) {
    const says = `Version ${String(file.version)} of \`${provider}\` was published with other content.`;
    throw new KeelsonError('conflict', says, {
      hint: 'A published version never changes: restore it, and draft the change anew.',
      details: { field: 'version' },
    });
  }
}

async function writeManifest(place: RegistryFolder): Promise<void> {
  const { folder, random } = place;
  const load = (provider: string): Promise<JsonObject | undefined> =>
    readJson(join(folder, placeOf(provider)));
  const manifest = await buildManifest(load, await providersIn(folder));
  await writeWhole(join(folder, manifestPlace), render(manifest), random);
}

/** Two people who promote at once do so one after the other. */
async function underLock<Result>(
  { folder, clock, random }: RegistryFolder,
  act: () => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const lock = await acquireFileLock(join(folder, '.writing'), { clock, random });
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

function unreviewed(provider: string): KeelsonError {
  return new KeelsonError('conflict', `Nobody has reviewed the draft of \`${provider}\` yet.`, {
    hint: `Run \`keelson registry review ${provider}\`: only what a person has approved is published.`,
    details: { field: 'draft' },
  });
}

function missing(message: string): KeelsonError {
  return new KeelsonError('not_found', message, {
    hint: 'Check the folder of the registry and the name of the provider.',
  });
}
