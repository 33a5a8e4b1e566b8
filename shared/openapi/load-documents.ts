import type { RequestHandler } from 'express';

import { pageHeaders } from './page-headers.js';
import type { ServiceDescription } from './types.js';
import { writeDocuments, type Document } from './write-documents.js';

/** How both documents are answered. */
export interface DocumentHandlers {
  readonly openapi: RequestHandler;
  /** Of the page, before it. */
  readonly headers: RequestHandler;
  readonly page: RequestHandler;
}

/** Makes a service's documents and keeps them. Loads what that takes: see `documentRoutes`. */
export function loadDocuments(service: ServiceDescription): DocumentHandlers {
  const { openapi, page, styleHash } = writeDocuments(service);
  return { openapi: send(openapi), headers: pageHeaders(styleHash), page: send(page) };
}

/** Whoever has the same already is told so. It may change with the next version, so it is asked for each time. */
function send({ body, mediaType, etag }: Document): RequestHandler {
  return (_request, response) => {
    response.set({ 'Content-Type': mediaType, ETag: etag, 'Cache-Control': 'no-cache' }).send(body);
  };
}
