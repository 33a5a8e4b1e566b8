import type {
  DocumentedAnswer,
  DocumentedContent,
  DocumentedHeader,
  DocumentedOperation,
  DocumentedParameter,
} from './document.js';
import { fieldTable } from './field-table.js';
import { markup, type Html } from './html.js';
import type { JsonSchema } from './json-schema.js';
import { breakable, inline, paragraphs } from './prose.js';
import { componentName, schemaWords } from './schema-words.js';

/** Schemas that have a name. */
export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

/** One operation: who may call it, what it takes, what it answers, and a line to paste. */
export function operationSection(heading: string, operation: DocumentedOperation, named: NamedSchemas): Html {
  const { operationId, summary, description = '', parameters = [], requestBody, responses } = operation;
  const [sample] = operation['x-codeSamples'] ?? [];
  const common = commonHeaders(responses);
  return markup`<section id="${operationId}">
    <h3>
      <a href="#${operationId}"><code>${breakable(heading)}</code></a>
    </h3>
    <p><strong>${inline(summary)}</strong>${accessWords(operation)}</p>
    ${description === '' ? undefined : paragraphs(description)}
    ${parameters.length === 0 ? undefined : parameterTable(parameters)}
    ${
      requestBody &&
      markup`<h4>Body</h4>
        <p>${inline(requestBody.description)}</p>
        ${bodyFields(requestBody.content, named)}${contents(requestBody.content)}`
    }
    <h4>Answers</h4>
    ${common.length === 0 ? undefined : markup`<p>With each of them:</p>${headerList(common)}`}
    <div class="wide">
      <table>
        <tbody>
          ${Object.entries(responses).map(([status, answer]) => answerRow(status, answer, common))}
        </tbody>
      </table>
    </div>
    ${
      sample &&
      markup`<h4>Try it</h4>
        <pre>${sample.source}</pre>`
    }
  </section> `;
}

function accessWords({ security }: DocumentedOperation): Html | undefined {
  const names = security.flatMap((each) => Object.keys(each));
  if (names.includes('adminToken')) return markup` <span class="access">needs the admin token</span>`;
  if (names.includes('standardWebhooks')) return markup` <span class="access">signed by Standard Webhooks</span>`;
  if (names.includes('apiKey')) return markup` <span class="access">needs an API key, where there are any</span>`;
  return undefined;
}

function parameterTable(parameters: readonly DocumentedParameter[]): Html {
  return markup`<h4>Parameters</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">parameter</th>
            <th scope="col">what it may be</th>
            <th scope="col">what it means</th>
          </tr>
        </thead>
        <tbody>
          ${parameters.map(
            (each) =>
              markup`<tr>
                <td><code>${each.name}</code> <small>${each.in}${each.required ? '' : ', optional'}</small></td>
                <td>${schemaWords(each.schema)}</td>
                <td>${inline(each.description)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}

/** What the body is made of, where it is one thing: who sends it should not have to look elsewhere. */
function bodyFields(content: DocumentedContent, named: NamedSchemas): Html {
  const schemas = Object.values(content).flatMap(({ schema }) => named[componentName(schema?.$ref ?? '')] ?? []);
  return markup`${schemas.map((schema) => [
    schema.description === undefined ? undefined : markup`<p>${inline(schema.description)}</p>`,
    fieldTable(schema),
  ])}`;
}

function contents(content: DocumentedContent): Html {
  return markup`${Object.values(content).map(({ schema, example, examples = {} }) => [
    schema && described(schema),
    example === undefined ? undefined : json(example),
    Object.entries(examples).map(
      ([name, { value }]) =>
        markup`<p class="name">${name}</p>
          ${json(value)}`,
    ),
  ])}`;
}

function described(schema: JsonSchema): Html {
  return schema.properties ? fieldTable(schema) : markup`<p>${schemaWords(schema)}</p>`;
}

function json(value: unknown): Html {
  return markup`<pre>${JSON.stringify(value, undefined, 2)}</pre>`;
}

const problemMediaType = 'application/problem+json';

function answerRow(status: string, answer: DocumentedAnswer, common: readonly NamedHeader[]): Html {
  const { description, content = {} } = answer;
  const isProblem = problemMediaType in content;
  return markup`<tr>
    <td><code>${status}</code></td>
    <td>
      ${isProblem ? problemLinks(description) : inline(description)}${headerWords(answer, common)}${
        isProblem ? undefined : contents(content)
      }
    </td>
  </tr> `;
}

/** The codes in the description of a problem, each leading to where it is explained. */
function problemLinks(description: string): Html {
  return markup`${description
    .split('`')
    .map((part, index) => (index % 2 === 1 ? markup`<a href="#problem-${part}"><code>${part}</code></a>` : part))}`;
}

type NamedHeader = readonly [name: string, header: DocumentedHeader];

/** The headers that say something of an answer of this operation; those of all operations are told once for the page. */
function ownHeaders({ headers = {} }: DocumentedAnswer): NamedHeader[] {
  return Object.entries(headers).filter(([, { $ref }]) => $ref === undefined);
}

/** Those that every answer of an operation has, in the same words: they are told once for it. */
function commonHeaders(responses: DocumentedOperation['responses']): NamedHeader[] {
  const [first, ...others] = Object.values(responses);
  if (!first || others.length === 0) return [];
  return ownHeaders(first).filter(([name, { description, required }]) =>
    others.every(({ headers = {} }) => {
      const same = headers[name];
      return same?.description === description && same?.required === required;
    }),
  );
}

function headerWords(answer: DocumentedAnswer, common: readonly NamedHeader[]): Html | undefined {
  const own = ownHeaders(answer).filter(([name]) => !common.some(([told]) => told === name));
  return own.length === 0 ? undefined : headerList(own);
}

function headerList(headers: readonly NamedHeader[]): Html {
  return markup`<ul>
    ${headers.map(
      ([name, { description = '', required = false }]) =>
        markup`<li><code>${name}</code>${required ? '' : markup` <small>not always</small>`} ${inline(description)}</li>`,
    )}
  </ul>`;
}
