/** Names that somebody may have meant; the search itself is shared with the rooms of core. */
export { didYouMean } from '@keelson/core';
