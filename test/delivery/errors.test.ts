import { describe, expect, it } from 'vitest';
import { DeliveryError, explain } from '../../src/delivery/errors.ts';

describe('explain', () => {
  it('says what failed and what to do next', () => {
    const error = new DeliveryError('files', 'The disk is full.', 'Make room: `npm run deliver`');
    expect(explain(error)).toBe('The disk is full.\nMake room: `npm run deliver`');
  });

  it('keeps the message of a foreign error to itself: it might quote what was opened', () => {
    const said = explain(new TypeError('Ann Bee is not a country'));
    expect(said).toMatch(/TypeError[^]*at .*errors\.test\.ts/);
    expect(said).not.toMatch(/Ann/);
    expect(explain('Ann Bee')).not.toMatch(/Ann/);
  });
});
