/** Flows in the lists of models, and what somebody is told who asks for one that is not there. */
import { KeelsonError } from '@keelson/core';
import { flowPrefix, type Identity, type ListedModel } from '../../calls/index.ts';
import { didYouMean } from '../../routing/index.ts';
import type { FlowModels, ListedFlow } from '../flow-models.ts';

const longestShown = 100;

export async function listFlowModels(flows: FlowModels, identity: Identity): Promise<readonly ListedModel[]> {
  return (await flows.list(identity)).map(listed);
}

function listed({ name, createdAt }: ListedFlow): ListedModel {
  const model = flowPrefix + name;
  return { name: model, displayName: model, createdAt: Math.floor(createdAt / 1000) };
}

/** As it stands in the list; undefined for what is no flow's name. Throws `model_not_found`. */
export async function findListedFlow(
  model: string,
  flows: FlowModels,
  identity: Identity,
): Promise<ListedModel | undefined> {
  if (!model.startsWith(flowPrefix)) return undefined;
  const all = await listFlowModels(flows, identity);
  const found = all.find(({ name }) => name === model);
  if (found === undefined) throw unknownFlow(model, all);
  return found;
}

/** Flows of other workspaces are never suggested, because nobody lists them. */
export function unknownFlow(model: string, all: readonly Pick<ListedModel, 'name'>[]): KeelsonError {
  const shown = model.length > longestShown ? `${model.slice(0, longestShown)}…` : model;
  const wanted = model.slice(flowPrefix.length);
  // Compared without the prefix, which all of them share.
  const names = all.map(({ name }) => name.slice(flowPrefix.length));
  const hint = didYouMean(wanted, names)?.replaceAll(/`([^`]+)`/g, (_, name) => `\`${flowPrefix}${name}\``);
  return new KeelsonError('model_not_found', `No flow of this workspace is called \`${shown}\`.`, {
    details: { model: shown },
    ...(hint !== undefined && { hint }),
  });
}
