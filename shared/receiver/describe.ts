/*
 * What describes a receiver, beside the index: it loads zod's JSON Schemas, and is itself loaded when a document is first asked for.
 */
export { describeReceiver } from './receiver-operations.js';
