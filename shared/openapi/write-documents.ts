import { createHash } from 'node:crypto';

import { buildDocument } from './build-document.js';
import type { OpenApiDocument } from './page/document.js';
import { page } from './page/page.js';
import { style } from './page/style.js';
import type { ServiceDescription } from './types.js';

/** A document as it is served. */
export interface Document {
  readonly body: Buffer;
  readonly mediaType: string;
  /** Changes exactly when the body does. */
  readonly etag: string;
}

/** A service's documents, made once. */
export interface Documents {
  readonly openapi: Document;
  readonly page: Document;
  /** Source expression for a Content-Security-Policy that lets the page's own style pass, and no other. */
  readonly styleHash: string;
}

/** Makes both documents of a service. */
export function writeDocuments(service: ServiceDescription): Documents {
  const document = buildDocument(service);
  return {
    openapi: served(JSON.stringify(document), 'application/json; charset=utf-8'),
    page: served(page(document as unknown as OpenApiDocument, service.problemTypes), 'text/html; charset=utf-8'),
    styleHash: `'sha256-${sha256(style)}'`,
  };
}

function served(text: string, mediaType: string): Document {
  const body = Buffer.from(text);
  return { body, mediaType, etag: `"${sha256(body)}"` };
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('base64');
}
