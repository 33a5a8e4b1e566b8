import express, { type Express, type RequestHandler } from 'express';

import { buildDocument } from '../../shared/openapi/build-document.js';
import type { App } from '../../shared/http/index.js';
import type { ServiceDescription } from '../../shared/openapi/index.js';
import { AnswerCheck } from './answer-check.js';

/** An app whose answers are held against its own document. */
export interface DocumentedApp {
  readonly app: Express;
  /** To be called at the end of each test. @throws Error that names every answer that is not as it is described */
  verify(): void;
}

/** Puts a check around an app; what it answers stays the same. Who walks over the routes finds those of `router` behind it. */
export function documentedApp(
  app: App & Partial<Pick<Express, 'router'>>,
  service: Pick<ServiceDescription, 'name' | 'operations'> & Partial<ServiceDescription>,
): DocumentedApp {
  const check = checkOf(service);
  const faults = new Set<string>();
  const outer = express();
  outer.disable('x-powered-by');
  outer.use(
    listening((answer) => {
      for (const fault of check.faults(answer)) faults.add(fault);
    }),
  );
  // Called rather than mounted: it is the outermost that an app must be in a service.
  const call: RequestHandler = (request, response, next) => {
    app(request, response, next);
  };
  outer.use(Object.assign(call, { router: app.router }));
  return {
    app: outer,
    verify() {
      if (faults.size === 0) return;
      const found = [...faults].join('\n');
      faults.clear();
      throw new Error(`the OpenAPI document of ${service.name} says otherwise:\n${found}`);
    },
  };
}

const checks = new WeakMap<object, AnswerCheck>();

/** Made once for a description: compiling all schemas takes longer than most tests. */
function checkOf(service: Parameters<typeof documentedApp>[1]): AnswerCheck {
  const check = checks.get(service.operations) ?? new AnswerCheck(buildDocument(described(service)));
  checks.set(service.operations, check);
  return check;
}

function described(service: Parameters<typeof documentedApp>[1]): ServiceDescription {
  return {
    ...{ title: service.name, description: service.name, tags: [], problemTypes: [] },
    samples: { origin: '', adminToken: '', webhookSecret: '' },
    ...service,
  };
}

/** Hears of every answer that is given in full, with its body. */
function listening(hear: (answer: Parameters<AnswerCheck['faults']>[0]) => void): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const [path = ''] = request.originalUrl.split('?');
    const chunks: Buffer[] = [];
    const collect = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
    };
    const write = response.write.bind(response) as (...args: unknown[]) => boolean;
    const head = response.writeHead.bind(response) as (...args: unknown[]) => typeof response;
    let written: object = {};
    response.writeHead = (...args: unknown[]) => {
      written = args.find((each) => typeof each === 'object') ?? {};
      return head(...args);
    };
    const end = response.end.bind(response) as (...args: unknown[]) => typeof response;
    response.write = (...args: unknown[]) => {
      collect(args[0]);
      return write(...args);
    };
    response.end = (...args: unknown[]) => {
      collect(args[0]);
      const body = method === 'HEAD' ? '' : Buffer.concat(chunks).toString();
      hear({
        method,
        path,
        status: response.statusCode,
        headers: { ...response.getHeaders(), ...lowerCased(written) },
        body,
      });
      return end(...args);
    };
    next();
  };
}

/** Headers that are handed over with the status do not show elsewhere. */
function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
