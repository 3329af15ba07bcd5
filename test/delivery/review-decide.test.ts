import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openReviewStage, type ReviewStage } from './review-stage.ts';
import { texts } from './stage.ts';

let stage: ReviewStage;
beforeAll(async () => {
  stage = await openReviewStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const states = async () => (await stage.rows()).map(({ state }) => state).sort();
const journal = async () => (await stage.db.prepare('SELECT * FROM decision').all()).results;
const many = async (number: number, signs = {}) => {
  for (let left = number; left > 0; left--) await stage.sign(signs);
};
const heldByMail = (name: string, email: string) =>
  stage.sign({ held: true, lane: 'unchecked', name, email });
/** Two more days, so that all that moved the total for a day has left it. */
const settled = async () => {
  await stage.cron('2026-12-01');
  return stage.cron('2026-12-02');
};

describe('a decision', () => {
  it('is only shown at first, and says the command that does it', async () => {
    await many(3, { held: true, lane: 'unchecked' });
    const said = await stage.review('--release');
    expect(said).toContain(
      '3 signatures would be released, and then count. Nothing is changed yet.',
    );
    expect(said).toContain('To do it: npm run review -- --release --yes');
    expect(await states()).toEqual(['held', 'held', 'held']);
    expect(await journal()).toEqual([]);
  });

  it('shows samples by initials and the shape of the name; full names only when asked', async () => {
    await stage.sign({ held: true, name: 'Ганна Бойка', email: 'h@small.example', country: 'PL' });
    const masked = await stage.review('--release');
    expect(masked).toContain('PL Г. Б. Xxxxx Xxxxx a provider');
    expect(masked).not.toMatch(/Ганна|Бойка|small\.example/);
    const named = await stage.review('--release --names');
    expect(named).toMatch(/Ганна Бойка/);
    expect(named).toMatch(/They stand on your screen now/);
  });

  it('holds for signatures that fulfil all of its conditions', async () => {
    const alike = { held: true, lane: 'stamp', country: 'PL', email: 'a@b.example' } as const;
    const one = await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-23' });
    await stage.sign({ ...alike, name: 'Abc Defg', day: '2026-11-21' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21', country: 'DE' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21', language: 'ru' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21', lane: 'unchecked' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21', email: 'a@c.example' });
    await stage.sign({ ...alike, name: 'Abc Def', day: '2026-11-21', held: false });
    const condition = `--lane stamp --day 2026-11-20..2026-11-22 --language be --country PL --provider B.example --shape 'Xxx Xxx' --text ${texts.get('be')} --state held`;
    await stage.review(`--invalidate ${condition} --yes`);
    const gone = (await stage.rows()).filter(({ state }) => state === 'invalidated');
    expect(gone.map(({ id }) => id)).toEqual([one]);
  });

  it('about one id, country or mail provider leaves nothing about a person in the database', async () => {
    const id = await stage.sign({ name: 'Abc Def', email: 'a@tiny.example', country: 'LI' });
    await stage.review(`--invalidate --id ${id} --yes`);
    await stage.sign({ name: 'Abc Def', email: 'b@tiny.example', country: 'LI' });
    await stage.review("--invalidate --provider tiny.example --country LI --shape 'Xxx Xxx' --yes");
    const text = JSON.stringify(await journal());
    expect(text).toContain('one id');
    expect(text).toContain('a provider');
    expect(text).not.toMatch(new RegExp(`tiny|LI"|Xxx|${id}`));
  });

  it('names in the journal what at least twenty signatures share', async () => {
    for (let one = 0; one < 20; one++) await stage.sign({ email: `${one}@farm.example` });
    await stage.review('--invalidate --provider farm.example --yes');
    expect(await journal()).toMatchObject([
      { verb: 'invalidate', condition: '{"provider":"farm.example"}', signatures: 20 },
    ]);
    expect(await stage.review('--journal')).toMatch(/1 {2}2026-11-23 {2}invalidate +20 .*farm/);
  });

  it('to invalidate needs a better reason than the lane', async () => {
    for (const words of [
      '--invalidate',
      '--invalidate --lane stamp',
      '--invalidate --lane unchecked --state held',
    ])
      await expect(stage.review(`${words} --yes`)).rejects.toThrow(/no reason to invalidate/);
  });

  it('does one thing at a time, and nothing without a verb', async () => {
    await expect(stage.review('--release --keep')).rejects.toThrow('One thing at a time');
    await expect(stage.review('--lane stamp --yes')).rejects.toThrow('not what to do');
    await expect(stage.review('--undo 1 --lane stamp')).rejects.toThrow('takes no condition');
    await expect(stage.review('--release --day yesterday')).rejects.toThrow('--day is 2026-11-20');
    await expect(stage.review('--release --all')).rejects.toThrow('--all');
  });

  it('leaves alone what a confirmed batch handed over, and says how many', async () => {
    await many(3);
    await stage.db.exec(
      "INSERT INTO batch VALUES (1, '2026-11-23', 'k', 'm', 2, '{}', '2026-11-23', NULL)",
    );
    await stage.db.exec(
      "INSERT INTO batch VALUES (2, '2026-11-23', 'k', 'm', 1, '{}', NULL, NULL)",
    );
    const [first, second, third] = await stage.rows();
    const mark = stage.db.prepare('UPDATE signature SET batch = ?1 WHERE id_hash = unhex(?2)');
    await mark.bind(1, first?.id).run();
    await mark.bind(1, second?.id).run();
    await mark.bind(2, third?.id).run();
    const said = await stage.review('--invalidate --language be --yes');
    expect(said).toContain('1 signature invalidated');
    expect(said).toContain('Left as it is: 2 signatures already handed over');
    expect(await states()).toEqual(['counted', 'counted', 'invalidated']);
  });

  it('that was killed half way is finished by the same command, under the same number', async () => {
    await many(700, { held: true });
    let calls = 0;
    const dying = {
      ...stage.database,
      write: (statements: readonly string[]) => {
        if (++calls === 3) throw new Error('killed');
        return stage.database.write(statements);
      },
    };
    await expect(stage.review('--release --yes', dying)).rejects.toThrow('killed');
    expect(await stage.review('--journal')).toMatch(/stopped half way/);
    expect((await stage.rows()).filter(({ state }) => state === 'held')).toHaveLength(100);
    expect(await stage.review('--release --yes')).toContain('Decision 1: 700 signatures released');
    expect(await journal()).toMatchObject([{ number: 1, signatures: 700 }]);
    expect(await settled()).toBe(700);
  });

  it('whose every call ran twice is the same decision', async () => {
    await many(20, { held: true });
    const twice = {
      ...stage.database,
      write: async (statements: readonly string[]) => {
        await stage.database.write(statements);
        return stage.database.write(statements);
      },
    };
    await stage.review('--release --yes', twice);
    await stage.cron();
    await stage.review('--undo 1 --yes', twice);
    await stage.review('--release --yes', twice);
    expect(await journal()).toHaveLength(2);
    expect(await settled()).toBe(20);
  });
});

describe('--release', () => {
  it('counts each held signature once, however many rows it has', async () => {
    await stage.sign({ who: 1, copy: 0, held: true });
    await stage.sign({ who: 1, copy: 1, held: true });
    await stage.sign({ who: 2, held: true });
    await stage.review('--release --yes');
    expect(await states()).toEqual(['counted', 'counted', 'repeat']);
    expect(await stage.cron()).toBe(3);
    expect(await settled()).toBe(2);
  });

  it('counts one of several with the same address, and none where one counts already', async () => {
    await heldByMail('A', 'same@mail.example');
    await heldByMail('B', 'same@mail.example');
    await stage.sign({ email: 'other@mail.example' });
    await heldByMail('C', 'other@mail.example');
    await stage.review('--release --yes');
    expect(await states()).toEqual(['counted', 'counted', 'repeat', 'repeat']);
    expect(await settled()).toBe(2);
  });

  it('leaves withdrawn what was withdrawn between the look and the deed', async () => {
    await many(2, { held: true });
    const [first] = await stage.rows();
    const late = {
      ...stage.database,
      write: async (statements: readonly string[]) => {
        await stage.withdraw(first?.id ?? '');
        return stage.database.write(statements);
      },
    };
    expect(await stage.review('--release --yes', late)).toContain('1 signature released');
    expect(await states()).toEqual(['counted', 'withdrawn']);
  });

  it('leaves held back what was kept, until that is taken back', async () => {
    await many(2, { held: true, lane: 'stamp' });
    await many(1, { held: true, lane: 'unchecked' });
    await stage.review('--keep --lane stamp --yes');
    const said = await stage.review('--release --yes');
    expect(said).toContain('1 signature released');
    expect(said).toContain('Left held back: 2 signatures that you checked');
    await stage.review('--undo 1 --yes');
    await stage.review('--release --yes');
    expect(await settled()).toBe(3);
  });
});

describe('--undo', () => {
  it('takes a decision back, once', async () => {
    await many(3, { held: true });
    await stage.review('--release --yes');
    expect(await stage.review('--undo 1')).toContain(
      'To take it back: npm run review -- --undo 1 --yes',
    );
    expect(await states()).toEqual(['counted', 'counted', 'counted']);
    expect(await stage.review('--undo 1 --yes')).toContain('taken back for 3 signatures');
    expect(await states()).toEqual(['held', 'held', 'held']);
    await expect(stage.review('--undo 1 --yes')).rejects.toThrow(
      'taken back on 2026-11-23 already',
    );
    await expect(stage.review('--undo 9 --yes')).rejects.toThrow('There is no decision 9');
  });

  it('lets a signature that was invalidated count again, with the retry that came meanwhile', async () => {
    const id = await stage.sign({ who: 1, name: 'Zzz' });
    await stage.cron();
    await stage.review(`--invalidate --id ${id} --yes`);
    expect(await stage.cron('2026-11-24')).toBe(0);
    await stage.sign({ who: 1, copy: 1, name: 'Zzz' });
    expect(await states()).toEqual(['invalidated', 'invalidated']);
    await stage.review('--undo 1 --yes');
    expect(await states()).toEqual(['counted', 'repeat']);
    expect(await settled()).toBe(1);
  });

  it('leaves what a later decision changed, and says how many', async () => {
    await many(3, { held: true });
    await stage.review('--release --yes');
    const [first] = await stage.rows();
    await stage.review(`--invalidate --id ${first?.id ?? ''} --yes`);
    const said = await stage.review('--undo 1 --yes');
    expect(said).toContain('taken back for 2 signatures');
    expect(said).toContain('Left as it is: 1 signature that a later decision');
    expect(await states()).toEqual(['held', 'held', 'invalidated']);
  });

  it('leaves withdrawn what was withdrawn since', async () => {
    const id = await stage.sign({ held: true });
    await stage.review('--release --yes');
    await stage.withdraw(id);
    await stage.review('--undo 1 --yes');
    expect(await states()).toEqual(['withdrawn']);
    expect(await settled()).toBe(0);
  });
});

describe('the running total', () => {
  it('has a signature once that was released, taken back and released again on one day', async () => {
    await stage.sign({ who: 1, copy: 0, held: true });
    await stage.sign({ who: 1, copy: 1, held: true });
    await stage.review('--release --yes');
    expect(await stage.cron()).toBe(2);
    await stage.review('--undo 1 --yes');
    await stage.review('--release --yes');
    expect(await stage.cron()).toBe(2);
    expect(await settled()).toBe(1);
  });

  it('has a signature once whose release was taken back and that then passed a check', async () => {
    await stage.sign({ who: 1, held: true });
    await stage.review('--release --yes');
    await stage.cron();
    await stage.review('--undo 1 --yes');
    await stage.sign({ who: 1, held: false });
    expect(await states()).toEqual(['counted']);
    expect(await settled()).toBe(1);
  });

  it('loses on the next day only what was invalidated, and whose release was taken back', async () => {
    await many(2, { held: true });
    await many(3, { name: 'Zz' });
    await stage.review('--release --yes');
    expect(await stage.cron()).toBe(5);
    await stage.review('--undo 1 --yes');
    await stage.review('--invalidate --shape Xx --yes');
    expect(await stage.cron()).toBe(5);
    expect(await settled()).toBe(0);
    await stage.review('--undo 2 --yes');
    expect(await settled()).toBe(3);
  });

  it('is the number of signatures that count, whatever was decided, taken back and withdrawn in which order', async () => {
    const step = fc.oneof(
      fc.record({
        who: fc.integer({ min: 1, max: 6 }),
        copy: fc.nat(2),
        held: fc.boolean(),
        mail: fc.nat(3),
      }),
      fc.constantFrom('cron', 'day', 'release', 'keep', 'invalidate', 'undo', 'withdraw'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
        await stage.clear();
        let day = 1;
        const today = () => `2027-01-${String(day).padStart(2, '0')}`;
        for (const [place, one] of steps.entries()) {
          const rows = await stage.rows();
          const id = rows[place % Math.max(1, rows.length)]?.id;
          if (typeof one === 'object') {
            const { who, copy, held, mail } = one;
            await stage.sign({ who, copy, held, email: mail === 0 ? '' : `${mail}@mail.example` });
          } else if (one === 'cron') await stage.cron(today());
          else if (one === 'day') await stage.cron(((day += 1), today()));
          else if (one === 'release' || one === 'keep') await stage.review(`--${one} --yes`);
          else if (one === 'undo') {
            const open =
              'SELECT MAX(number) AS number FROM decision WHERE undone IS NULL AND number % 2 = ?1';
            const found = await stage.db
              .prepare(open)
              .bind(place % 2)
              .first('number');
            if (typeof found === 'number') await stage.review(`--undo ${found} --yes`);
          } else if (id !== undefined && one === 'withdraw') await stage.withdraw(id);
          else if (id !== undefined) await stage.review(`--invalidate --id ${id} --yes`);
        }
        const total = await settled();
        const rows = await stage.rows();
        const counted = rows.filter(({ state }) => state === 'counted');
        expect(total).toBe(counted.length);
        expect(rows.filter(({ fresh }) => fresh !== 0)).toEqual([]);
        expect(new Set(counted.map(({ id }) => id)).size).toBe(counted.length);
      }),
      { numRuns: 60 },
    );
  }, 480_000);
});
