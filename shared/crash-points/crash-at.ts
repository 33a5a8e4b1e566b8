import { pointNames, type PointName } from './points.js';

/** Where a process is to die: at the so-many-th passage of a point, counted from its start. */
export interface CrashAt {
  readonly point: PointName;
  readonly passage: number;
}

/** `name` or `name:n`, n from 1 to 999,999; 1 if absent. Undefined for anything else. */
export function parseCrashAt(text: string): CrashAt | undefined {
  const parts = /^([a-z-]+)(?::([1-9]\d{0,5}))?$/.exec(text);
  const point = pointNames.find((name) => name === parts?.[1]);
  return point && { point, passage: Number(parts?.[2] ?? '1') };
}
