import { z } from 'zod';

/** A JSON Schema, or any other part of a document. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * Turns zod schemas into JSON Schema 2020-12, as OpenAPI 3.1 takes it. One that has an `id` in its `.meta()` becomes a component,
 * and is referred to wherever it occurs.
 *
 * Schemas are described from the side of who sends: what a transform makes of it is nobody's business outside.
 */
export class ComponentSchemas {
  readonly #components = new Map<string, Json>();
  readonly #converted = new Map<z.ZodType, Json>();

  /** @throws Error when two different schemas have the same `id`: one of them would be described as the other */
  convert(schema: z.ZodType): Json {
    const converted = this.#converted.get(schema) ?? this.#convert(schema);
    this.#converted.set(schema, converted);
    return converted;
  }

  #convert(schema: z.ZodType): Json {
    const { $defs = {}, ...rest } = z.toJSONSchema(schema, { io: 'input' });
    delete rest.$schema;
    for (const [id, definition] of Object.entries($defs)) this.#add(id, withReferences(definition) as Json);
    return withReferences(rest) as Json;
  }

  /** All that have been met so far, by name. */
  get all(): Json {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(id: string, definition: Json): void {
    const known = this.#components.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`two schemas have the id ${id}`);
    }
    this.#components.set(id, definition);
  }
}

/** A copy whose references point at where OpenAPI keeps components. */
function withReferences(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withReferences);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : withReferences(value),
    ]),
  );
}
