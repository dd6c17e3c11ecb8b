/**
 * Which of several targets a session belongs to: each gets a number from its name and the session's, and the best wins.
 * When one falls away, only its own sessions move, and they come back with it.
 */

/** Text to 32 bits, spread evenly enough to stand for a random draw. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Between 0 and 1, both left out. */
export function shareOf(text: string): number {
  return (hashText(text) + 0.5) / 2 ** 32;
}

/**
 * The rank of something that was drawn `share` and has a weight: the lowest comes first as often as its weight says, and
 * what weighs nothing comes last.
 */
export function rankOf(share: number, weight: number): number {
  return weight > 0 ? -Math.log(share) / weight : Number.POSITIVE_INFINITY;
}
