/** What a block of code is made of, as a short text: a run goes on only with the flow that it was started with. */
import { hash } from 'node:crypto';
import { type AnyBlock, canonicalJson, type Json, type Policy } from '@keelson/core';

/** Of names, kinds, versions, ways and bounds; what functions do inside it cannot tell, so change `version` with them. */
export function fingerprintOf(block: AnyBlock): string {
  return shortHash(plain(describe(block)));
}

export function shortHash(value: Json): string {
  return hash('sha256', canonicalJson(value)).slice(0, 16);
}

function describe(block: AnyBlock): Json {
  const { key, kind, effects, recovery, limits, body } = block;
  return {
    key,
    kind,
    effects,
    limits: { ...limits },
    recovery: recovery.map(plain),
    body: inside(body),
  };
}

function inside(body: AnyBlock['body']): Json {
  switch (body.type) {
    case 'leaf':
      return body.type;
    case 'seq':
    case 'race':
      return [body.type, ...body.children.map(({ node, block }) => [node, describe(block)])];
    case 'all':
      return [
        body.type,
        body.concurrency,
        ...body.children.map(({ node, block }) => [node, describe(block)]),
      ];
    case 'branch':
      return [
        body.type,
        ...body.cases.map(({ node, block }) => [node, describe(block)]),
        describe(body.otherwise),
      ];
    case 'loop':
      return [body.type, body.max, describe(body.block)];
    case 'each':
      return [body.type, body.maxItems, describe(body.block)];
    case 'flow':
      return [body.type, body.node, describe(body.block)];
    case 'graph': {
      const nodes = Object.entries(body.nodes).map(([name, { block }]) => [name, describe(block)]);
      const edges = Object.values(body.edges).flatMap((ways) => ways.map(({ name, to }) => [name, to]));
      return [body.type, body.entry, body.maxSteps, nodes, edges];
    }
  }
}

/** Of a policy its plain values: its functions have no name that lasts. */
function plain(value: Json | Policy): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
