import { markup, type Html } from './html.js';
import type { JsonSchema } from './json-schema.js';
import { inline } from './prose.js';
import { schemaWords } from './schema-words.js';

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The fields of an object, those of objects within it too; or, of anything else, what it may be. */
export function fieldTable(schema: JsonSchema): Html {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return markup`<p>${schemaWords(schema)}</p>`;
  return markup`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>field</th>
          <th>what it may be</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${fields.map(row)}
      </tbody>
    </table>
  </div>`;
}

function row({ name, required, schema }: Field): Html {
  return markup`<tr>
    <td><code>${name}</code>${required ? '' : markup` <small>optional</small>`}</td>
    <td>${schema.properties ? 'object' : schemaWords(schema)}</td>
    <td>${inline(schema.description ?? '')}</td>
  </tr> `;
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = prefix + key;
    const inner = schema.items?.properties ? fieldsOf(schema.items, `${name}[].`) : fieldsOf(schema, `${name}.`);
    return [{ name, required: required.includes(key), schema }, ...inner];
  });
}
