import { markup, type Html } from './html.js';
import type { JsonSchema } from './json-schema.js';

/** Longer lists of values are folded. */
const valuesShownMax = 12;

/** What a schema allows, in words. */
export function schemaWords(schema: JsonSchema): Html {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return joined(choices.map(schemaWords), ' or ');
  if (schema.const !== undefined) return markup`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return values(schema.enum);
  if (schema.items) return markup`list of ${schemaWords(schema.items)}${count(schema.minItems, schema.maxItems)}`;
  if (typeof schema.additionalProperties === 'object') {
    return markup`object: by name, ${schemaWords(schema.additionalProperties)}`;
  }
  const type = [schema.type ?? 'anything'].flat().join(' or ');
  return markup`${type}${schema.format === undefined ? '' : ` (${schema.format})`}${bounds(schema)}`;
}

/** The name of the component that a reference leads to. */
export function componentName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function reference(to: string): Html {
  return markup`<a href="#schema-${componentName(to)}">${componentName(to)}</a>`;
}

function values(all: readonly unknown[]): Html {
  const list = joined(
    all.map((value) => markup`<code>${String(value)}</code>`),
    ' ',
  );
  if (all.length <= valuesShownMax) return markup`one of ${list}`;
  return markup`<details>
    <summary>one of ${all.length}</summary>
    ${list}
  </details>`;
}

function bounds(schema: JsonSchema): Html {
  const { minimum, maximum, minLength, maxLength, pattern, format } = schema;
  const least = bounded(minimum) ? minimum : undefined;
  const most = bounded(maximum) ? maximum : undefined;
  return markup`${range(least, most)}${range(minLength, maxLength, ' characters')}${
    pattern === undefined || format !== undefined ? undefined : markup`, <code>${pattern}</code>`
  }${schema.default === undefined ? '' : `; ${JSON.stringify(schema.default)} if absent`}`;
}

/** That a whole number is safe is said once and for all. */
function bounded(bound: number | undefined): boolean {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

function range(least: number | undefined, most: number | undefined, unit = ''): string {
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return `, at least ${String(least)}${unit}`;
  if (least === undefined) return `, at most ${most}${unit}`;
  return `, ${least} to ${most}${unit}`;
}

function count(least: number | undefined, most: number | undefined): string {
  return range(least, most);
}

function joined(parts: readonly Html[], between: string): Html {
  return markup`${parts.map((part, index) => [index === 0 ? '' : between, part])}`;
}
