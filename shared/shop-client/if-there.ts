import { NoAnswerError } from './http-client.js';
import { NotReadyError } from './shop-client.js';

/** The answer; undefined where nobody gives one, because a service is down or starts. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof NoAnswerError || error instanceof NotReadyError) return undefined;
    throw error;
  });
}
