/** A promise that a test resolves by hand. */
export interface HandResolved {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export function handResolved(): HandResolved {
  let settle!: Omit<HandResolved, 'promise'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

/** Lets everything run that is ready to run, and what that makes ready in turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
