/** A room imports only rooms on lower lines, and only through their `index.ts`; dialects stay strangers to each other. */
import { dialectsFolder, type Floor } from '../floor-plan.ts';
import type { ImportSite } from '../imports.ts';
import { dialectOf, floorOfCode, type RoomPlace, resolveRelative, roomOf } from '../locate.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';

const report = createReport('rooms');

export const roomsRule: FileRule = (file) => {
  const floor = floorOfCode(file.path);
  const room = floor && roomOf(floor, file.path);
  if (floor === undefined || room === undefined) return [];
  return [
    ...checkRoomIsPlanned(file, floor, room),
    ...file.imports.flatMap((site) => {
      const says = complainAboutImport(file, { floor, from: room }, site);
      return says === undefined ? [] : [report(file, site.offset, says)];
    }),
  ];
};

function checkRoomIsPlanned(file: SourceFile, floor: Floor, room: RoomPlace): Problem[] {
  const isTopTest = room.isTopFile && file.kind === 'test';
  if (room.level >= 0 || isTopTest || (room.isTopFile && room.room === 'index')) return [];
  const says = `\`${room.room}\` is no room of \`${floor.name}\`; move the file into a room, or add the room to tools/tidy/floor-plan.ts and docs/architecture.md.`;
  return [report(file, 0, says)];
}

/** One import inside a floor: from which room into which, and the file it means. */
interface Crossing {
  readonly floor: Floor;
  readonly from: RoomPlace;
  readonly to: RoomPlace;
  readonly target: string;
}

function complainAboutImport(
  file: SourceFile,
  inFloor: { floor: Floor; from: RoomPlace },
  site: ImportSite,
): string | undefined {
  const target = resolveRelative(file.path, site.specifier);
  const to = target === undefined ? undefined : roomOf(inFloor.floor, target);
  if (target === undefined || to === undefined) return undefined;
  const crossing = { ...inFloor, to, target };
  if (crossing.from.room === to.room && !crossing.from.isTopFile)
    return complainAboutDialect(file.path, target);
  return complainAboutOrder(crossing) ?? complainAboutDoor(crossing);
}

function complainAboutOrder({ from, to }: Crossing): string | undefined {
  if (from.isTopFile) return undefined;
  const may = `room \`${from.room}\` may not import \`${to.room}\``;
  const move = 'take a function as an argument instead, or move what is shared into a lower room';
  if (to.isTopFile) return `${may}, which stands above all rooms; ${move}.`;
  if (from.level < 0 || to.level < 0 || to.level < from.level) return undefined;
  return `${may}, which is ${to.level > from.level ? 'above' : 'beside'} it; ${move}.`;
}

function complainAboutDoor({ floor, from, to, target }: Crossing): string | undefined {
  const source = `${floor.folder}/src/`;
  if (to.isTopFile || target === `${source}${to.room}/index.ts`) return undefined;
  const who = from.isTopFile ? `\`${from.room}\`` : `room \`${from.room}\``;
  const inside = target.slice(source.length);
  return `${who} must enter \`${to.room}\` through its index.ts, not through \`${inside}\`; export what you need there.`;
}

function complainAboutDialect(path: string, target: string): string | undefined {
  const from = dialectOf(path);
  const to = dialectOf(target);
  if (to === undefined || from === to) return undefined;
  if (from !== undefined) {
    return `dialect \`${from}\` may not import dialect \`${to}\`; put what both need into core/message, or write it twice.`;
  }
  if (target === `${dialectsFolder}/${to}/index.ts`) return undefined;
  return `\`dialects\` must enter \`${to}\` through its index.ts; export what you need there.`;
}
