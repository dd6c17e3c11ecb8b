// Numbers of what happened, for whoever watches the server: defined in one table, counted from finished calls.
export { type MetricDefinition, type MetricName, metricDefinitions } from './metric-definitions.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  type ProcessMetrics,
  type RenderedMetrics,
  readProcessMetrics,
  renderMetrics,
} from './render-metrics.ts';
export { joinSamples, lastingSamples, type MetricSamples, type Samples } from './samples.ts';
