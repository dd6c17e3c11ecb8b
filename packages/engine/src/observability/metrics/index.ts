// Numbers of what happened, for whoever watches the server: defined in one table, counted from finished calls.
export { type MetricDefinition, metricDefinitions } from './metric-definitions.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  type ProcessMetrics,
  readProcessMetrics,
  renderMetrics,
} from './render-metrics.ts';
export { joinSamples, lastingSamples, type MetricSamples, type Samples } from './samples.ts';
