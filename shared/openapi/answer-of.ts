import type { z } from 'zod';

/** What an answer with this schema is, for the code that makes it: nothing that a schema does not say can get into one unseen. */
export type AnswerOf<Schema extends z.ZodType> = Unchanging<z.output<Schema>>;

type Unchanging<T> = T extends object ? { readonly [Key in keyof T]: Unchanging<T[Key]> } : T;
