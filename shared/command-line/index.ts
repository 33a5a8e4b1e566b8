export { interruption } from './interruption.js';
export { LiveLine, type LiveStream } from './live-line.js';
export { Output } from './output.js';
export { createPaint, type Paint } from './paint.js';
export { numberOption, parseOptions, type NumberBounds } from './parse-options.js';
export { readableMoney } from './readable-money.js';
export { readableBytes, readableCount } from './readable-numbers.js';
export { UsageError } from './usage-error.js';
export { wrap } from './wrap.js';
