/** Whether a series of measurements grows: a straight line through them, and how sure one can be of its slope. */

export interface Trend {
  /** From the first to the last measurement, by the line. */
  readonly growth: number;
  /** The slope in units of its own uncertainty; above three it is hardly chance. */
  readonly certainty: number;
}

export function fitTrend(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 4) throw new Error('A trend needs four measurements.');
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = values.reduce((sum, _, place) => sum + (place - middle) ** 2, 0);
  const slope = values.reduce((sum, value, place) => sum + (place - middle) * (value - mean), 0) / spread;
  const errors = values.map((value, place) => value - mean - slope * (place - middle));
  const variance = errors.reduce((sum, error) => sum + error ** 2, 0) / (count - 2);
  const uncertainty = Math.sqrt(variance / spread);
  return {
    growth: slope * (count - 1),
    certainty: uncertainty === 0 ? Number.POSITIVE_INFINITY : slope / uncertainty,
  };
}
