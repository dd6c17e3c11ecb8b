/**
 * How large and how deep a JSON document may be before this room refuses it. `docs/limits.md` repeats these figures for
 * people. Limits of whole requests (bytes of a body, number of tools) belong to the rooms that read them.
 */

/** Deepest nesting that the parsers accept: `[[1]]` is two deep. Recorded traffic stays below 40. */
export const maxJsonDepth = 256;

/** Canonical JSON goes deeper than the parsers, so that a parsed document may be wrapped a few times and still be hashed. */
export const maxCanonicalDepth = 1_000;

/** Longest text, in UTF-16 units, that `repairJson` looks at. Model answers are far below; whole uploads are not repaired. */
export const maxRepairLength = 16 * 1024 * 1024;

/** How many different repairs one result reports. */
export const maxRepairNotes = 50;
