import type { ProblemType } from '../../http/index.js';

import type { OpenApiDocument } from './document.js';
import { fieldTable } from './field-table.js';
import { markup, verbatim, type Html } from './html.js';
import { operationSection } from './operation-section.js';
import { problemSection } from './problem-section.js';
import { breakable, inline, paragraphs } from './prose.js';
import { style } from './style.js';

/** One entry of the page's table of contents. */
interface Entry {
  readonly anchor: string;
  readonly heading: string;
  readonly section: Html;
}

interface Chapter {
  readonly title: string;
  readonly introduction: string;
  readonly entries: readonly Entry[];
}

/**
 * A service's document for people: one page that needs nothing else, no script, no font, no other host. It shows what the
 * document says and nothing of its own, but for the problems, which OpenAPI has no place for.
 */
export function page(document: OpenApiDocument, problemTypes: readonly ProblemType[]): string {
  const { info } = document;
  const chapters = [
    ...operationChapters(document),
    ...webhookChapter(document),
    schemaChapter(document),
    problemChapter(problemTypes),
  ];
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <style>${verbatim(style)}</style>
      </head>
      <body>
        <a class="skip" href="#text">Skip the contents</a>
        <nav aria-label="Contents">${chapters.map(contents)}</nav>
        <main id="text" tabindex="-1">
          <h1>${info.title}</h1>
          <p><a href="/openapi.json">openapi.json</a>, OpenAPI 3.1, version ${info.version} of the interface</p>
          ${paragraphs(info.description)}
          <p>In every answer:</p>
          <ul>
            ${Object.entries(document.components.headers).map(
              ([name, { description = '' }]) => markup`<li><code>${name}</code>: ${inline(description)}</li>`,
            )}
          </ul>
          ${chapters.map(
            ({ title, introduction, entries }) =>
              markup`<h2>${title}</h2>
                <p>${inline(introduction)}</p>
                ${entries.map(({ section }) => section)}`,
          )}
        </main>
      </body>
    </html>
`.text;
}

function contents({ title, entries }: Chapter): Html {
  return markup`<h2>${title}</h2>
    <ul>
      ${entries.map(({ anchor, heading }) => markup`<li><a href="#${anchor}">${breakable(heading)}</a></li>`)}
    </ul> `;
}

function operationChapters({ paths, tags, components }: OpenApiDocument): Chapter[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ heading: `${method.toUpperCase()} ${path}`, operation })),
  );
  return tags.map(({ name, description }) => ({
    title: name,
    introduction: description,
    entries: operations
      .filter(({ operation }) => operation.tags?.includes(name))
      .map(({ heading, operation }) => ({
        ...{ anchor: operation.operationId, heading },
        section: operationSection(heading, operation, components.schemas),
      })),
  }));
}

function webhookChapter({ webhooks, components }: OpenApiDocument): Chapter[] {
  if (!webhooks) return [];
  const entries = Object.entries(webhooks).map(([name, { post }]) => ({
    ...{ anchor: post.operationId, heading: name },
    section: operationSection(`POST ${name}`, post, components.schemas),
  }));
  return [
    { title: 'What is sent', introduction: 'To each destination, at the URL that it is configured with.', entries },
  ];
}

function schemaChapter({ components }: OpenApiDocument): Chapter {
  const entries = Object.entries(components.schemas).map(([name, schema]) => ({
    ...{ anchor: `schema-${name}`, heading: name },
    section: markup`<section id="schema-${name}">
      <h3><a href="#schema-${name}">${name}</a></h3>
      <p>${inline(schema.description ?? '')}</p>
      ${fieldTable(schema)}
    </section> `,
  }));
  return { title: 'Schemas', introduction: 'What bodies are made of.', entries };
}

function problemChapter(problemTypes: readonly ProblemType[]): Chapter {
  const entries = problemTypes.map((type) => ({
    ...{ anchor: `problem-${type.code}`, heading: type.code },
    section: problemSection(type),
  }));
  const introduction =
    'Every error is `application/problem+json` (RFC 9457). Its `type` is one of these, and never changes; `detail` says what ' +
    'happened this time. At an address that is not described here the answer is `not-found`, for another method `method-not-allowed`.';
  return { title: 'Problems', introduction, entries };
}
