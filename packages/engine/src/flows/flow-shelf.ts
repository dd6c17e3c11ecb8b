/**
 * Reads flows and keeps them: texts as blocks, with the flows that they use inside, each in the version that it had when the text was
 * put. What was read once is at hand.
 */
import { type AnyBlock, didYouMean, isJsonObject, type Json, KeelsonError } from '@keelson/core';
import { createFlowKinds, type FlowTextProblem, readFlowDocument, readFlowText } from '../blocks/index.ts';
import type { FlowVersion, FlowVersions } from '../storage/index.ts';
import { fingerprintOf, shortHash } from './code-fingerprint.ts';
import type { FlowCode, FlowPlace, KeptFlow, PutFlow } from './flows.ts';

export interface LoadedFlow {
  readonly kept: KeptFlow;
  readonly block: AnyBlock;
}

interface ReadText {
  readonly block?: AnyBlock;
  readonly problems: readonly FlowTextProblem[];
  readonly version: string;
  readonly uses: Readonly<Record<string, string>>;
  readonly description?: string;
}

/** It is part of addresses and of names of models. */
const nameForm = /^[A-Za-z0-9][\w.-]{0,99}$/;
const mostAtHand = 500;
const namesInErrors = 200;

export class FlowShelf {
  readonly #storage: FlowVersions;
  readonly #code: FlowCode;
  readonly #ofCode: ReadonlyMap<string, { readonly block: AnyBlock; readonly version: string }>;
  readonly #atHand = new Map<string, Promise<LoadedFlow | undefined>>();

  constructor(storage: FlowVersions, code: FlowCode) {
    this.#storage = storage;
    this.#code = code;
    this.#ofCode = new Map(
      (code.flows ?? []).map((block) => [block.name, { block, version: fingerprintOf(block) }]),
    );
  }

  async check(workspace: string, text: string): Promise<readonly FlowTextProblem[]> {
    return (await this.#read(workspace, text)).problems;
  }

  async put(
    { workspace, text, name, by }: PutFlow,
    now: number,
  ): Promise<{ flow: KeptFlow; isNew: boolean }> {
    const { block, problems, version, uses, description } = await this.#read(workspace, text);
    if (block === undefined) throw invalidFlow(problems);
    if (name !== undefined && name !== block.name) throw otherName(name, block.name);
    const flow: FlowVersion = {
      ...{ workspace, name: block.name, version, text, uses, createdAt: now },
      ...(description !== undefined && { description }),
      ...(by !== undefined && { createdBy: by }),
    };
    const isNew = await this.#storage.put(flow);
    return { flow: (await this.#storage.find(workspace, block.name, version)) ?? flow, isNew };
  }

  /** Throws `not_found`, with names that are alike. */
  async get(place: FlowPlace): Promise<LoadedFlow> {
    const found = await this.find(place);
    if (found !== undefined) return found;
    const { workspace, flow, version } = place;
    const which = version === undefined ? '' : ` in version \`${version}\``;
    const names = [...this.#ofCode.keys(), ...(await this.#names(workspace))];
    const hint =
      didYouMean(flow, names) ?? 'Keep it first, by `PUT /api/v1/flows/NAME` or `keelson flow keep FILE`.';
    throw new KeelsonError('not_found', `There is no flow \`${flow}\`${which} here.`, { hint });
  }

  async find({ workspace, flow, version }: FlowPlace): Promise<LoadedFlow | undefined> {
    const code = this.#ofCode.get(flow);
    if (code !== undefined) {
      if (version !== undefined && version !== code.version) return undefined;
      const kept = { workspace, name: flow, version: code.version, uses: {}, createdAt: 0 };
      return { kept, block: code.block };
    }
    const wanted = version ?? (await this.#storage.find(workspace, flow))?.version;
    return wanted === undefined ? undefined : this.#load(workspace, flow, wanted);
  }

  async newestVersion(workspace: string, flow: string): Promise<string | undefined> {
    return this.#ofCode.get(flow)?.version ?? (await this.#storage.find(workspace, flow))?.version;
  }

  async #names(workspace: string): Promise<string[]> {
    return (await this.#storage.list({ workspace, limit: namesInErrors })).map(({ name }) => name);
  }

  /** A version never changes, so what was read of it holds. */
  #load(workspace: string, flow: string, version: string): Promise<LoadedFlow | undefined> {
    const key = JSON.stringify([workspace, flow, version]);
    const known = this.#atHand.get(key);
    if (known !== undefined) return known;
    if (this.#atHand.size >= mostAtHand) this.#atHand.clear();
    const loading = this.#loadAnew(workspace, flow, version);
    this.#atHand.set(key, loading);
    const forget = (): void => void this.#atHand.delete(key);
    loading.then((found) => found === undefined && forget(), forget);
    return loading;
  }

  async #loadAnew(workspace: string, flow: string, version: string): Promise<LoadedFlow | undefined> {
    const kept = await this.#storage.find(workspace, flow, version);
    if (kept === undefined) return undefined;
    const used: Record<string, AnyBlock> = {};
    for (const [name, itsVersion] of Object.entries(kept.uses)) {
      const inner = await this.#load(workspace, name, itsVersion);
      if (inner !== undefined) used[name] = inner.block;
    }
    const { block, problems } = await readFlowText(kept.text, this.#vocabulary(used));
    // It was without problems when it was put: the code around it has changed since.
    if (block === undefined) throw invalidFlow(problems);
    return { kept, block: block as AnyBlock };
  }

  async #read(workspace: string, text: string): Promise<ReadText> {
    const { value } = await readFlowDocument(text);
    const uses: Record<string, string> = {};
    const used: Record<string, AnyBlock> = {};
    for (const name of namesUsedIn(value)) {
      if (Object.hasOwn(this.#code.blocks ?? {}, name)) continue;
      const inner = await this.find({ workspace, flow: name });
      if (inner === undefined) continue;
      uses[name] = inner.kept.version;
      used[name] = inner.block;
    }
    const { block, problems } = await readFlowText(text, this.#vocabulary(used));
    const version = shortHash({ flow: value, uses });
    const description =
      isJsonObject(value) && typeof value.description === 'string' ? value.description : undefined;
    const told = { version, uses, ...(description !== undefined && { description }) };
    if (block === undefined) return { problems, ...told };
    if (nameForm.test(block.name) && !this.#ofCode.has(block.name))
      return { block: block as AnyBlock, problems, ...told };
    const says = this.#ofCode.has(block.name)
      ? 'is the name of a flow that is code.'
      : 'must be 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit.';
    return { problems: [{ reason: 'invalid_graph', path: 'flow', says, line: 1, column: 1 }], ...told };
  }

  #vocabulary(used: Readonly<Record<string, AnyBlock>>) {
    const { blocks = {}, tools = {}, conditions = {}, repairs = {} } = this.#code;
    return { kinds: createFlowKinds({ blocks: { ...used, ...blocks }, tools }), conditions, repairs };
  }
}

/** By nodes of the kinds that run other flows. */
function namesUsedIn(document: Json): ReadonlySet<string> {
  const nodes = isJsonObject(document) && isJsonObject(document.nodes) ? Object.values(document.nodes) : [];
  const names = nodes.map((node) => {
    const isUser =
      isJsonObject(node) && (node.kind === 'flow' || node.kind === 'each' || node.kind === 'code');
    return isUser ? node.use : undefined;
  });
  return new Set(names.filter((name) => typeof name === 'string'));
}

const mostProblemsTold = 100;

function invalidFlow(problems: readonly FlowTextProblem[]): KeelsonError {
  const [first] = problems;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const where = first === undefined ? '' : ` Line ${first.line}: \`${first.path}\` ${first.says}`;
  return new KeelsonError('invalid_request', `The flow has ${count}.${where}`, {
    hint: 'docs/blocks.md says what a flow file may hold.',
    details: {
      field: 'text',
      problems: problems
        .slice(0, mostProblemsTold)
        .map(({ path, says, line, column }) => ({ path, says, line, column })),
    },
  });
}

function otherName(wanted: string, name: string): KeelsonError {
  const message = `The flow is called \`${name}\` in its field \`flow\`, and not \`${wanted.slice(0, 64)}\`.`;
  return new KeelsonError('invalid_request', message, {
    hint: 'Change one of the two names.',
    details: { field: 'flow' },
  });
}
