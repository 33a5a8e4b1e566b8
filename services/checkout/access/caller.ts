import type { Response } from 'express';

interface CallerLocals {
  caller?: string;
}

/** Notes whose API key a request was sent with. */
export function setCaller({ locals }: Response, name: string): void {
  (locals as CallerLocals).caller = name;
}

/** The name of the API key that a request was sent with, if keys are asked for. */
export function callerOf({ locals }: Response): string | undefined {
  return (locals as CallerLocals).caller;
}
