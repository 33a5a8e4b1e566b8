export type { AnswerOf } from './answer-of.js';
export { docsPath, documentRoutes } from './document-routes.js';
export type { Header, Operation, Parameter, RequestBody, ServiceDescription, Webhook } from './types.js';
