/** Flows that are kept for as long as a command takes, in front of those of a database where there is one. */
import type { FlowVersion, FlowVersions } from '@keelson/engine';

export function createDraftVersions(kept: FlowVersions | undefined): FlowVersions {
  const drafted = new Map<string, FlowVersion>();
  const keyOf = (workspace: string, name: string): string => JSON.stringify([workspace, name]);
  return {
    put: async (flow) => {
      const key = keyOf(flow.workspace, flow.name);
      const isNew = drafted.get(key)?.version !== flow.version;
      drafted.set(key, flow);
      return isNew;
    },
    find: async (workspace, name, version) => {
      const draft = drafted.get(keyOf(workspace, name));
      if (draft !== undefined && (version === undefined || version === draft.version)) return draft;
      return kept?.find(workspace, name, version);
    },
    list: async (listing) => {
      const own = [...drafted.values()].filter(({ workspace }) => workspace === listing.workspace);
      return [...own, ...((await kept?.list(listing)) ?? [])];
    },
    remove: async (workspace, name) => drafted.delete(keyOf(workspace, name)),
  };
}
