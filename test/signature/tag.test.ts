import { describe, expect, it } from 'vitest';
import { hashCode } from '../../src/signature/code.ts';
import { pepperTag, tagInput } from '../../src/signature/tag.ts';

const tagOf = (email: string) => hashCode(tagInput('campaign', email));

describe('a tag', () => {
  it('is the same for one address in any case and with any part after a plus', async () => {
    const tag = await tagOf('ann@example.org');
    expect(await tagOf('Ann@Example.ORG')).toBe(tag);
    expect(await tagOf('ann+petition+2@example.org')).toBe(tag);
    expect(await tagOf('bob@example.org')).not.toBe(tag);
  });

  it('is stored only under a pepper, so that the database alone tells nothing', async () => {
    const tag = await tagOf('ann@example.org');
    expect(await pepperTag('one', tag)).not.toBe(await pepperTag('other', tag));
    expect(await pepperTag('one', tag)).not.toContain(tag);
  });
});
