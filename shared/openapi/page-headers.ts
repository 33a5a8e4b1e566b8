import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * The security headers of a page of ours: it may load nothing at all, run no script, send no form, and be framed by no one; the
 * one style that it has is let through by its hash. HSTS is left to who ends the TLS in front: here nobody knows of it.
 */
export function pageHeaders(styleHash: string): RequestHandler {
  const none = ["'none'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        styleSrc: [styleHash],
        baseUri: none,
        formAction: none,
        frameAncestors: none,
      },
    },
    crossOriginEmbedderPolicy: true,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
}
