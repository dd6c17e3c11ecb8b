/** Counts of this format, both ways: they stand in `meta`, as everywhere at Cohere. */
export { parseMeta, renderMeta, saidBuckets } from '../cohere-plain.ts';
