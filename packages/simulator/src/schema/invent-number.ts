/** A number for a number schema: as small as its bounds allow, and a multiple of what it must be a multiple of. */
import type { JsonObject } from '@keelson/core';

interface Bounds {
  readonly least: number | undefined;
  readonly most: number | undefined;
  /** Whether the bound itself is forbidden. */
  readonly isLeastOpen: boolean;
  readonly isMostOpen: boolean;
}

export function inventNumber(schema: JsonObject, isInteger: boolean, variant: number): number {
  const bounds = readBounds(schema);
  const step = stepOf(schema, isInteger);
  const start = bounds.least ?? Math.min(step, bounds.most ?? step);
  const first = Math.ceil(start / step) * step;
  const isTooSmall = bounds.isLeastOpen && first <= start;
  const value = tidy(first + (isTooSmall ? step : 0) + variant * step);
  return isInside(value, bounds) ? value : fitBetween(bounds, { first, isInteger });
}

function readBounds(schema: JsonObject): Bounds {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const isLeastOpen =
    typeof exclusiveMinimum === 'number' && exclusiveMinimum >= numberOr(minimum, -Infinity);
  const isMostOpen = typeof exclusiveMaximum === 'number' && exclusiveMaximum <= numberOr(maximum, Infinity);
  return {
    least: isLeastOpen ? exclusiveMinimum : numberOr(minimum, undefined),
    most: isMostOpen ? exclusiveMaximum : numberOr(maximum, undefined),
    isLeastOpen,
    isMostOpen,
  };
}

function numberOr<Fallback>(value: unknown, fallback: Fallback): number | Fallback {
  return typeof value === 'number' ? value : fallback;
}

function stepOf({ multipleOf }: JsonObject, isInteger: boolean): number {
  const multiple = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1;
  if (!isInteger || Number.isInteger(multiple)) return multiple;
  // The smallest whole number among the multiples: 5 for 2.5. There is one for every multiple of at most two decimals.
  const times = Array.from({ length: 100 }, (_, index) => tidy(multiple * (index + 1)));
  return times.find(Number.isInteger) ?? 1;
}

function isInside(value: number, { least, most, isLeastOpen, isMostOpen }: Bounds): boolean {
  const isAbove = least === undefined || (isLeastOpen ? value > least : value >= least);
  return isAbove && (most === undefined || (isMostOpen ? value < most : value <= most));
}

/** No step fits, or the variant has left the range: the middle, or the first step again. */
function fitBetween(bounds: Bounds, { first, isInteger }: { first: number; isInteger: boolean }): number {
  if (isInside(first, bounds) || isInteger) return first;
  const { least = (bounds.most ?? 0) - 2, most = least + 2 } = bounds;
  return (least + most) / 2;
}

/** 0.1 * 3 is 0.30000000000000004. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}
