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
  const explained = fields.some(({ schema: { description } }) => description !== undefined);
  return markup`<div class="wide">
    <table>
      <thead>
        <tr>
          <th scope="col">field</th>
          <th scope="col">what it may be</th>
          ${explained ? markup`<th scope="col">what it means</th>` : undefined}
        </tr>
      </thead>
      <tbody>
        ${fields.map((field) => row(field, explained))}
      </tbody>
    </table>
  </div>`;
}

function row({ name, required, schema }: Field, explained: boolean): Html {
  return markup`<tr>
    <td><code>${name}</code>${required ? '' : markup` <small>optional</small>`}</td>
    <td>${schema.properties ? 'object' : schemaWords(schema)}</td>
    ${explained ? markup`<td>${inline(schema.description ?? '')}</td>` : undefined}
  </tr> `;
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = prefix + key;
    const inner = schema.items?.properties ? fieldsOf(schema.items, `${name}[].`) : fieldsOf(schema, `${name}.`);
    return [{ name, required: required.includes(key), schema }, ...inner];
  });
}
