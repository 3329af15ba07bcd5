import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { destroyDue } from '../../functions/destroy.ts';
import { withdrawRows } from '../../functions/store.ts';
import { runClear } from '../../src/delivery/clear/command.ts';
import { warn } from '../../src/delivery/clear/warn.ts';
import { confirmLast } from '../../src/delivery/confirming.ts';
import { explain } from '../../src/delivery/errors.ts';
import { writeAgain } from '../../src/delivery/steps.ts';
import { sayConfirmed } from '../../src/delivery/summary.ts';
import { openReviewStage, type ReviewStage } from './review-stage.ts';

let stage: ReviewStage;
beforeAll(async () => {
  stage = await openReviewStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

// Handed over on 23 November 2026, by the stage's clock.
const due = '2026-12-23';
const deletedBy = '2027-06-30';
const at = (day: string) => new Date(`${day}T00:00:00Z`);
const cron = (day: string) => destroyDue(stage.db, deletedBy, at(day));

type Delivered = Awaited<ReturnType<ReviewStage['deliver']>>;
const confirmIt = ({ where, lent }: Delivered) => confirmLast(where, stage.database, lent);
const again = ({ where, lent, ring }: Delivered, number: number) =>
  writeAgain(where, stage.database, ring, number, { content: 'src/content', pdfs: false }, lent);
const withdraw = (id: string) =>
  withdrawRows(stage.db, Buffer.from(id, 'hex').toString('base64url'), '2026-12-01');
const clear = ({ where, lent }: Delivered, day: string, yes = false) =>
  runClear(where, stage.database, { ...lent, now: at(day) }, yes);

describe('a delivery after what was handed over is destroyed', () => {
  it('counts who was handed over before, and hands over only who is new', async () => {
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    await stage.sign({ name: 'Cy Dee' });
    const first = await stage.deliver();
    expect(first.manifest.account).toMatchObject({ delivered: 2, doubles: 1, perhapsEarlier: 0 });
    await confirmIt(first);
    await cron(due);
    await stage.sign({ name: 'Eva Foe' });
    const second = await stage.deliver({ now: at('2026-12-24') });
    expect(second.manifest.account).toMatchObject({
      ...{ signatures: 4, delivered: 1, earlier: 2, doublesOfEarlier: 1, destroyedEarlier: 3 },
      ...{ destroyed: 0, unopened: 0, perhapsEarlier: 0 },
    });
    expect(second.setAside).toMatchObject({ unopened: [] });
    expect(second.html).toContain('The content of a signature is destroyed thirty days after');
    await confirmIt(second);
  });

  it('claims no more people than there are at least, when some withdrew', async () => {
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    const double = await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    await stage.sign({ name: 'Cy Dee' });
    await confirmIt(await stage.deliver());
    await cron(due);
    await withdraw(double);
    await stage.sign({ name: 'Eva Foe' });
    const { account } = (await stage.deliver()).manifest;
    // Ann still stands; but nobody can tell any more that it was a double that went.
    expect(account).toMatchObject({
      ...{ earlier: 1, doublesOfEarlier: 1, destroyedEarlier: 2, withdrawnAfterDelivery: 1 },
    });
  });

  it('adds up where somebody of an earlier batch does not open any more', async () => {
    await stage.sign({ name: 'Ann Bee' });
    await stage.sign({ name: 'Cy Dee' });
    await confirmIt(await stage.deliver());
    const one = '(SELECT MIN(id_hash) FROM signature)';
    await stage.db.exec(`UPDATE signature SET sealed = zeroblob(300) WHERE id_hash <> ${one}`);
    await stage.db.exec(`UPDATE signature SET sealed = NULL, day = '' WHERE id_hash = ${one}`);
    await stage.sign({ name: 'Eva Foe' });
    expect((await stage.deliver()).manifest.account).toMatchObject({
      ...{ delivered: 1, earlier: 1, doublesOfEarlier: 0, destroyedEarlier: 1, unopened: 1 },
    });
  });

  it('says how many may be people whom it handed over before', async () => {
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    await confirmIt(await stage.deliver());
    await cron(due);
    // Before, Ann had asked to be only counted; who else has the address may be she.
    const level = 'initials';
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org', country: 'PL', level });
    await stage.sign({ name: 'Cy Dee', email: 'cy@example.org', country: 'PL', level });
    const { manifest, html, lines } = await stage.deliver();
    expect(manifest.account).toMatchObject({ delivered: 2, perhapsEarlier: 1 });
    expect(manifest.delivered.byLevel).toMatchObject({ count: 1, initials: 1 });
    expect(JSON.stringify(lines)).toContain('C. D.');
    expect(JSON.stringify(lines)).not.toContain('A. B.');
    expect(html).toContain('They may be of the same people.');
  });

  it('hands nobody over twice whose signature arrives once more under the same code', async () => {
    await stage.sign({ who: 1, name: 'Ann Bee' });
    await confirmIt(await stage.deliver());
    await cron(due);
    await stage.sign({ who: 1, copy: 1, name: 'Ann Bee' });
    expect((await stage.deliver()).manifest.account).toMatchObject({ delivered: 0, earlier: 1 });
  });

  it('shows nobody more than counted of whom a part is destroyed that nobody was handed', async () => {
    await stage.sign({ who: 1, name: 'Ann Bee' });
    await stage.db.exec(
      "UPDATE signature SET sealed = NULL, key_id = NULL, language = NULL, lane = NULL, text_version = NULL, day = ''",
    );
    expect((await stage.deliver()).manifest.account).toMatchObject({ delivered: 0, destroyed: 1 });
    await stage.sign({ who: 1, copy: 1, name: 'Ann Bee', country: 'PL' });
    const { manifest } = await stage.deliver();
    expect(manifest.account).toMatchObject({ delivered: 1, destroyed: 0 });
    expect(manifest.delivered.byLevel).toMatchObject({ count: 1 });
  });

  it('does not write the old batch again, and says why', async () => {
    await stage.sign({ name: 'Ann Bee' });
    const first = await stage.deliver();
    await confirmIt(first);
    await cron('2026-12-22');
    expect(await again(first, 1)).toMatchObject({ before: first.hash });
    await cron(due);
    const refused = explain(await again(first, 1).catch((error: unknown) => error));
    expect(refused).toMatch(/content of batch 1 is destroyed, as promised/);
  });
});

describe('a batch that is written again', () => {
  it('is not kept from it by an older one that is destroyed', async () => {
    await stage.sign({ name: 'Ann Bee' });
    await confirmIt(await stage.deliver());
    await cron(due);
    await stage.sign({ name: 'Cy Dee' });
    const second = await stage.deliver();
    await confirmIt(second);
    expect(await again(second, 2)).toMatchObject({ before: second.hash, hash: second.hash });
  });
});

describe('what lies on the campaigner’s machine', () => {
  async function deliverOnce(): Promise<Delivered> {
    await stage.sign({ name: 'Ann Bee', email: 'ann@example.org' });
    const delivered = await stage.deliver();
    await confirmIt(delivered);
    const { folder } = delivered.where;
    for (const name of ['contacts-2026-12-20', 'person-2026-12-24', 'notes']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'file'), '');
    }
    // When a file was touched last says nothing of the batch that it holds.
    for (const name of ['rows.sqlite', 'opened.sqlite', 'batch-001'])
      utimesSync(join(folder, name), at('2026-12-10'), at('2026-12-10'));
    return delivered;
  }

  it('is listed with the day on which it must be gone, and nothing is deleted by looking', async () => {
    const delivered = await deliverOnce();
    const before = readdirSync(delivered.where.folder);
    const said = await clear(delivered, '2026-12-22');
    expect(said).toMatch(/2026-12-23 {2}1 sealed parts of batch 1/);
    expect(said).toMatch(/2027-06-30 {2}every row that is left/);
    for (const name of [
      'batch-001',
      'rows.sqlite',
      'opened.sqlite',
      'contacts-2026-12-20',
      'person-2026-12-24',
    ])
      expect(said).toMatch(new RegExp(`2026-12-23 {2}\\S+${name}\n`));
    expect(said).toContain('Nothing is due.');
    expect(said).not.toContain('notes');
    await clear(delivered, due);
    expect(readdirSync(delivered.where.folder)).toEqual(before);
  });

  it('is deleted when it is due, and the rest stays', async () => {
    const delivered = await deliverOnce();
    await cron(due);
    expect(await clear(delivered, due)).toMatch(
      /2026-12-23 {2}1 sealed parts of batch 1\n[^]*Nothing was deleted\. To delete what is due \(4\)/,
    );
    expect(await clear(delivered, due, true)).toMatch(/Deleted: 4\./);
    expect(readdirSync(delivered.where.folder).sort()).toEqual(['notes', 'person-2026-12-24']);
    expect(await clear(delivered, due, true)).toMatch(/Deleted: 0\./);
  });

  it('is due at once where a run was broken off and left names in the open', async () => {
    const delivered = await deliverOnce();
    const left = join(delivered.where.folder, '.unfinished');
    mkdirSync(left);
    utimesSync(left, at('2026-11-23'), at('2026-11-23'));
    expect(await clear(delivered, '2026-11-23')).toMatch(/\.unfinished {2}due/);
    await clear(delivered, '2026-11-23', true);
    expect(readdirSync(delivered.where.folder)).not.toContain('.unfinished');
  });

  it('goes earlier where the campaign promised that', async () => {
    const delivered = await deliverOnce();
    const settings = { ...delivered.lent.settings, deletedBy: '2026-12-15' };
    const said = await clear({ ...delivered, lent: { ...delivered.lent, settings } }, '2026-12-14');
    expect(
      said.match(/2026-12-15 {2}\S+(batch-001|person-2026-12-24|rows\.sqlite)\n/g),
    ).toHaveLength(3);
    expect(said).toContain('2026-12-15  1 sealed parts of batch 1');
  });

  it('goes altogether on the day that the form shows', async () => {
    const delivered = await deliverOnce();
    await clear(delivered, deletedBy, true);
    expect(readdirSync(delivered.where.folder)).toEqual(
      expect.not.arrayContaining(['batch-001', 'person-2026-12-24']),
    );
  });
});

describe('a campaigner is told', () => {
  it('on confirming, what is lost on which day, and to export contacts first', async () => {
    await stage.sign();
    const said = sayConfirmed(await confirmIt(await stage.deliver()));
    expect(said).toMatch(/On 2026-12-23 the content of its signatures is destroyed/);
    expect(said).toMatch(
      /asked for news is lost then, unless you export them before: .*--contacts/,
    );
  });

  it('on confirming once more, how many left the list since', async () => {
    const id = await stage.sign();
    await stage.sign();
    const delivered = await stage.deliver();
    await confirmIt(delivered);
    await withdraw(id);
    const said = sayConfirmed(await confirmIt(delivered));
    expect(said).toMatch(/Since then 1 of its rows were withdrawn .* still shows them/);
  });

  it('at each delivery, of what goes soon', async () => {
    await stage.sign();
    await confirmIt(await stage.deliver());
    await stage.sign({ held: true });
    const second = await stage.deliver();
    const told = (day: string) =>
      warn(second.where, second.batches, second.manifest.account, {
        ...second.lent,
        now: at(day),
      }).join('\n');
    expect(told('2026-12-01')).toMatch(/On 2026-12-23 the content of batch 1 is destroyed/);
    expect(told('2026-12-01')).toMatch(/Contacts that are not exported by then are lost/);
    expect(told('2026-12-01')).not.toContain('never');
    expect(told('2027-06-01')).toMatch(/On 2027-06-30 everything is deleted, also .*: 1\./);
    expect(told('2027-06-01')).toMatch(/On this machine some of it is due/);
  });

  it('nothing where nothing goes', async () => {
    await stage.sign();
    const { where, batches, manifest, lent } = await stage.deliver();
    expect(warn(where, batches, manifest.account, lent)).toEqual([]);
  });
});
