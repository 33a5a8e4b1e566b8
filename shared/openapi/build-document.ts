import { securitySchemes, securityOf } from './access.js';
import { ofEveryAnswer, ofEveryProblem } from './common-headers.js';
import { ComponentSchemas, type Json } from './component-schemas.js';
import { problemAnswers, problemSchema, problemUri, type ProblemAnswer } from './problem-answers.js';
import { shellSample } from './shell-sample.js';
import type {
  Header,
  Operation,
  Parameter,
  RequestBody,
  ServiceDescription,
  SuccessfulAnswer,
  Webhook,
} from './types.js';

/** Of the interface, not of the program: it changes when outsiders must. */
const interfaceVersion = '1.0.0';

const problemMediaType = 'application/problem+json';

/** The OpenAPI 3.1 document of a service. The same description gives the same document. */
export function buildDocument(service: ServiceDescription): Json {
  const schemas = new ComponentSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of service.operations) {
    (paths[operation.path] ??= {})[operation.method] = describeOperation(operation, service, schemas);
  }
  const webhooks = service.webhooks?.map((webhook) => [webhook.id, { post: describeWebhook(webhook, schemas) }]);
  return {
    openapi: '3.1.1',
    info: {
      title: service.title,
      version: interfaceVersion,
      description: service.description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'where this document was read' }],
    tags: service.tags,
    paths,
    ...(webhooks && { webhooks: Object.fromEntries(webhooks) as Json }),
    components: {
      schemas: schemas.all,
      headers: describeHeaders({ ...ofEveryProblem, ...ofEveryAnswer }, schemas),
      securitySchemes: securitySchemes(service),
    },
  };
}

function describeOperation(operation: Operation, service: ServiceDescription, schemas: ComponentSchemas): Json {
  const { id, tag, summary, description, access, parameters = [], body, answers } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(access),
    ...(parameters.length > 0 && { parameters: parameters.map((each) => describeParameter(each, schemas)) }),
    ...(body && { requestBody: describeBody(body, schemas) }),
    responses: Object.fromEntries([
      ...answers.map((answer) => [
        String(answer.status),
        describeAnswer(answer, { ...operation.headers, ...answer.headers }, schemas),
      ]),
      ...problemAnswers(operation).map((answer) => [answer.status, describeProblem(answer, schemas)]),
    ]) as Json,
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source: shellSample(operation, service) }],
  };
}

function describeWebhook(
  { id, summary, description, headers, body, answers }: Webhook,
  schemas: ComponentSchemas,
): Json {
  return {
    operationId: id,
    summary,
    description,
    security: securityOf('signed'),
    parameters: headers.map((each) => describeParameter(each, schemas)),
    requestBody: describeBody(body, schemas),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { description: meaning, schema }]) => [
        status,
        {
          description: meaning,
          ...(schema && { content: { 'application/json': { schema: schemas.convert(schema) } } }),
        },
      ]),
    ),
  };
}

function describeParameter(parameter: Parameter, schemas: ComponentSchemas): Json {
  const { name, description, required = parameter.in === 'path', schema, example } = parameter;
  return {
    ...{ name, in: parameter.in, required, description, schema: schemas.convert(schema) },
    ...(example !== undefined && { example }),
  };
}

function describeBody({ schema, optional = false, bytesMax, examples }: RequestBody, schemas: ComponentSchemas): Json {
  return {
    description: `At most ${bytesMax} bytes${optional ? '. May be left out' : ''}.`,
    required: !optional,
    content: {
      'application/json': {
        schema: schemas.convert(schema),
        examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
      },
    },
  };
}

function describeAnswer(
  answer: SuccessfulAnswer,
  headers: Readonly<Record<string, Header>>,
  schemas: ComponentSchemas,
): Json {
  const { description, schema, example, mediaType = 'application/json' } = answer;
  const body = { ...(schema && { schema: schemas.convert(schema) }), ...(example !== undefined && { example }) };
  const bodiless = answer.status === 204 || answer.status === 304;
  return {
    description,
    headers: { ...references(ofEveryAnswer), ...describeHeaders(headers, schemas) },
    ...(!bodiless && { content: { [mediaType]: body } }),
  };
}

function describeProblem({ types, headers }: ProblemAnswer, schemas: ComponentSchemas): Json {
  const names = types.map(({ code, title }) => `\`${code}\` (${title})`).join(', ');
  return {
    description: `${names}.`,
    headers: { ...references({ ...ofEveryProblem, ...ofEveryAnswer }), ...describeHeaders(headers, schemas) },
    content: {
      [problemMediaType]: {
        schema: {
          allOf: [schemas.convert(problemSchema), { properties: { type: { enum: types.map(problemUri) } } }],
        },
      },
    },
  };
}

/** Headers that are described once for all. */
function references(headers: Readonly<Record<string, Header>>): Json {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function describeHeaders(headers: Readonly<Record<string, Header>>, schemas: ComponentSchemas): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description, required = false, schema }]) => [
      name,
      { description, required, schema: schemas.convert(schema) },
    ]),
  );
}
