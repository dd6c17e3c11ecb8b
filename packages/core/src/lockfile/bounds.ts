/** How large a lockfile may be before it is refused; `docs/limits.md` repeats these figures for people. */

/** UTF-16 units of a lockfile's text. Files of people have a few thousand. */
export const maxLockfileLength = 4 * 1024 * 1024;

/** Deepest nesting of tables and lists in a lockfile. */
export const maxLockfileDepth = 32;

export const lockfileBounds = { maxLockfileLength, maxLockfileDepth } as const;
