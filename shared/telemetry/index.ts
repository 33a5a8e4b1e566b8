export {
  bytesBounds,
  groupSizeBounds,
  Histogram,
  latencyBounds,
  remoteLatencyBounds,
  type HistogramCounts,
} from './histogram.js';
export { createLogger } from './logger.js';
export type { LogFormat, Logger } from './logger.js';
export { ThreadWatch, type ThreadFigures } from './thread-watch.js';
export { withinTime } from './within-time.js';
