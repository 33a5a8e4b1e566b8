/**
 * What a destination said, for people: of a problem (RFC 9457), or anything else in JSON that has a `detail`, that and where its
 * `errors` point; of all other text the text itself.
 */
export function problemWords(text: string): string {
  const problem = parseObject(text);
  if (typeof problem?.detail !== 'string' || problem.detail === '') return text;
  const errors: unknown[] = Array.isArray(problem.errors) ? problem.errors : [];
  return [problem.detail, ...errors.flatMap(errorWords)].join('; ');
}

interface MaybeProblem {
  readonly detail?: unknown;
  readonly errors?: unknown;
}

function parseObject(text: string): MaybeProblem | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as MaybeProblem;
  } catch (error) {
    // Not JSON, or cut short: then it is told as it came.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function errorWords(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { pointer, detail } = error as { readonly pointer?: unknown; readonly detail?: unknown };
  const words = [pointer, detail].filter((each) => typeof each === 'string');
  return words.length > 0 ? [words.join(' ')] : [];
}
