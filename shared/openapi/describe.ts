/*
 * What describes a service, beside the index: it loads zod's JSON Schemas, and is itself loaded when a document is first asked for.
 */
export { integerParameter, pageParameters } from './parameters.js';
export { quoted } from './shell-sample.js';
export { serviceOperations, serviceTag } from './service-operations.js';
