/** Where instructions may stand: formats that take them only in front get those at the head of a conversation moved there. */
import type { Loss } from './loss.ts';
import type { Part } from './parts.ts';
import type { ChatRequest, SystemTurn, Turn } from './request.ts';

export interface Hoisted {
  readonly system: readonly Part[] | undefined;
  readonly turns: readonly Turn[];
}

/**
 * Instructions at the head of a conversation are the system prompt, however many messages they came in. Later ones stay
 * where the format allows them (`keepsLater`), and join the instructions where it does not, which is reported.
 */
export function hoistSystem(request: ChatRequest, keepsLater: boolean, losses: Loss[]): Hoisted {
  const isSystem = (turn: Turn): turn is SystemTurn => turn.role === 'system';
  const firstOther = request.turns.findIndex((turn) => !isSystem(turn));
  const leading = firstOther < 0 ? request.turns : request.turns.slice(0, firstOther);
  const later = firstOther < 0 ? [] : request.turns.slice(firstOther);
  const moved: readonly Turn[] = keepsLater ? [] : later.filter(isSystem);
  for (const turn of moved) {
    losses.push({
      field: `turns[${request.turns.indexOf(turn)}]`,
      action: 'emulated',
      detail: 'It joins the instructions.',
    });
  }
  const parts = [
    ...(request.system ?? []),
    ...[...leading, ...moved].flatMap((turn) => turn.parts as readonly Part[]),
  ];
  const system = parts.filter((part) => part.type !== 'text' || part.text !== '');
  return {
    system: system.length === 0 ? undefined : system,
    turns: later.filter((turn) => !moved.includes(turn)),
  };
}
