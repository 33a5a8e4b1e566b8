/** As it stands in the log. */
interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string;
  readonly cause?: ErrorFields | string;
}

const causesMax = 5;

/**
 * An error, and what caused it, without anything that a library hung on it: body-parser hangs the body there, and others the request
 * with its headers.
 */
export function errorFields(error: unknown, causesLeft = causesMax): ErrorFields | string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(cause !== undefined && causesLeft > 0 && { cause: errorFields(cause, causesLeft - 1) }),
  };
}
