import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { EnvironmentError, integerVariable, readEnvironment } from '../../shared/environment/index.js';

const schema = z.object({
  SIZE: integerVariable({ min: 1, max: 10, default: 3 }),
  NAME: z.string('is not set: give a name'),
});

describe('reading the environment', () => {
  it('gives typed values and defaults, frozen', () => {
    const read = readEnvironment(schema, { NAME: 'a', OTHER: 'b' });
    expect(read).toEqual({ SIZE: 3, NAME: 'a' });
    expect(Object.isFrozen(read)).toBe(true);
  });

  it('takes an empty variable for one that is not set, as compose files leave them', () => {
    expect(readEnvironment(schema, { NAME: 'a', SIZE: '' })).toEqual({ SIZE: 3, NAME: 'a' });
    expect(() => readEnvironment(schema, { NAME: '' })).toThrow('NAME is not set: give a name');
  });

  it('lists all faults at once, or a person would start the service once for each', () => {
    expect(() => readEnvironment(schema, { SIZE: '11' })).toThrow(EnvironmentError);
    expect(() => readEnvironment(schema, { SIZE: '11' })).toThrow(
      'cannot start: SIZE must be a whole number from 1 to 10; NAME is not set: give a name',
    );
  });

  it.each(['0', '11', '-1', '1.5', '1e0', ' 1', '0x1', 'one', '99999999999999999999'])(
    'refuses %j as a number',
    (SIZE) => {
      expect(() => readEnvironment(schema, { NAME: 'a', SIZE })).toThrow(/SIZE must be a whole number from 1 to 10/);
    },
  );
});
