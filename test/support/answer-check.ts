import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { problemTypesOfNoOperation } from '../../shared/openapi/common-problems.js';
import { problemUri } from '../../shared/openapi/problem-answers.js';
import {
  operationsOf,
  type DescribedAnswer,
  type DescribedHeader,
  type DescribedOperation,
  type OpenApi,
} from './document-parts.js';

/** An answer that was given. */
export interface GivenAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Headers that HTTP itself has, and those that browsers are told by what a page may do: not described one by one. */
const undescribed =
  /^(allow|connection|content-(type|length|security-policy)|cross-origin-.*|date|keep-alive|origin-agent-cluster|referrer-policy|transfer-encoding|vary|x-(content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/;

const id = 'http://document.test/openapi.json';
const problemMediaType = 'application/problem+json';

/**
 * Holds answers against a document: whether the operation has such a status, with such a media type, such a body and all the
 * headers that it promises. It is stricter than a client should be: a field or a header that is not described is a fault.
 */
export class AnswerCheck {
  readonly #document: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.#document = closed(document) as OpenApi;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(this.#document, id);
  }

  /** What is wrong with an answer; empty: nothing. */
  faults(answer: GivenAnswer): string[] {
    const found = this.#find(answer);
    const who = `${answer.method} ${found?.template ?? answer.path}: ${answer.status}`;
    const faults = found ? this.#faultsOf(answer, found) : elsewhere(answer);
    return faults.map((fault) => `${who}: ${fault}`);
  }

  #find({ method, path }: GivenAnswer): Found | undefined {
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
    const fitting = operationsOf(this.#document).filter((each) => each.method === wanted && fits(each.path, path));
    // As a router does it: a word in a path goes before a parameter.
    const [first] = fitting.sort((a, b) => parameterCount(a.path) - parameterCount(b.path));
    return first && { template: first.path, method: first.method, operation: first.operation };
  }

  #faultsOf(answer: GivenAnswer, { template, method, operation }: Found): string[] {
    const range = `${Math.floor(answer.status / 100)}XX`;
    const key = [String(answer.status), range].find((each) => each in operation.responses);
    const described = key === undefined ? undefined : operation.responses[key];
    if (key === undefined || described === undefined) {
      return [`is not among the statuses described (${Object.keys(operation.responses).join(', ')})`];
    }
    const at = ['paths', template, method, 'responses', key].map(escaped).join('/');
    return [...this.#headerFaults(answer, described), ...this.#bodyFaults(answer, described, at)];
  }

  #headerFaults({ headers }: GivenAnswer, described: DescribedAnswer): string[] {
    const known = Object.entries(described.headers ?? {}).map(
      ([name, header]) => [name.toLowerCase(), this.#resolved(name, header)] as const,
    );
    return [
      ...known
        .filter(([name, { required }]) => required && headers[name] === undefined)
        .map(([name]) => `has no ${name}`),
      ...known.flatMap(([name, { schema }]) => {
        const value = headers[name];
        const isFault = value !== undefined && schema?.type === 'integer' && !/^\d+$/.test(String(value));
        return isFault ? [`${name} is no whole number: ${String(value)}`] : [];
      }),
      ...Object.keys(headers)
        .filter((name) => !undescribed.test(name) && !known.some(([each]) => each === name))
        .map((name) => `has a header that is not described: ${name}`),
    ];
  }

  #resolved(name: string, header: DescribedHeader): DescribedHeader {
    return header.$ref === undefined ? header : (this.#document.components.headers[name] ?? {});
  }

  #bodyFaults({ method, status, headers, body }: GivenAnswer, { content }: DescribedAnswer, at: string): string[] {
    if (method === 'HEAD' || status === 304) return body === '' ? [] : ['has a body'];
    if (!content) return body === '' ? [] : ['has a body, and none is described'];
    const mediaType = String(headers['content-type']).split(';')[0] ?? '';
    const described = content[mediaType];
    if (!described) return [`is ${mediaType}, and not ${Object.keys(content).join(' or ')}`];
    if (!described.schema) return ['nothing is said of its body'];
    const pointer = `${id}#/${at}/content/${escaped(mediaType)}/schema`;
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: pointer });
    this.#validators.set(pointer, validate);
    if (validate(mediaType.endsWith('json') ? JSON.parse(body) : body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) => `body${instancePath} ${message} ${JSON.stringify(params)} in ${body}`,
    );
  }
}

interface Found {
  readonly template: string;
  readonly method: string;
  readonly operation: DescribedOperation;
}

/** Where no operation is, the answer is one of the few problems for that. */
function elsewhere({ method, status, headers, body }: GivenAnswer): string[] {
  if (method === 'OPTIONS' && status < 300 && headers.allow !== undefined) return [];
  const mediaType = String(headers['content-type']);
  if (!mediaType.startsWith(problemMediaType)) return [`there is no such operation, and it is ${mediaType}`];
  if (method === 'HEAD') return [];
  const problem = JSON.parse(body) as { type: string };
  const type = problemTypesOfNoOperation.find((each) => problemUri(each) === problem.type);
  if (!type) return [`there is no such operation, and the problem is ${problem.type}`];
  if (!type.statuses.some((each) => each === status)) return [`${problem.type} has another status`];
  return status === 405 && headers.allow === undefined ? ['has no allow'] : [];
}

function fits(template: string, path: string): boolean {
  const pattern = template.replace(/[.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}/?$`, 'i').test(path);
}

function parameterCount(template: string): number {
  return template.split('{').length - 1;
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The same, with every object that names its fields taking no others. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]));
  const isOpen = copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined;
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
