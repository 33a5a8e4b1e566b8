import { request } from 'undici';
import type { z } from 'zod';

import type { statusSchema } from '../../services/checkout/answers/status-answer.js';

/** A checkout's `/status`. */
export async function status(port: number): Promise<z.infer<typeof statusSchema>> {
  const { body } = await request(`http://127.0.0.1:${port}/status`);
  return (await body.json()) as z.infer<typeof statusSchema>;
}

/** Purchases that are not confirmed at each of its destinations, together. */
export async function pendingIn(port: number): Promise<number> {
  const { destinations } = await status(port);
  return Object.values(destinations).reduce((sum, { pending }) => sum + pending, 0);
}
