-- One row a sealed signature. The key is random (id_hash follows by hashes from a code that the signer
-- drew), so the order of the table is no clock. No network address, no device, no time but the day.
CREATE TABLE signature (
  id_hash BLOB NOT NULL CHECK (length(id_hash) = 32),
  -- SHA-256 of key_id, text_version and sealed; empty for a tombstone, which a withdrawal of an unknown code leaves.
  digest BLOB NOT NULL,
  -- UTC day of arrival, as 2026-11-23; empty once the sealed part is destroyed.
  day TEXT NOT NULL,
  language TEXT,
  lane TEXT CHECK (lane IN ('turnstile', 'stamp', 'unchecked', 'paper')),
  state TEXT NOT NULL CHECK (state IN ('counted', 'held', 'repeat', 'withdrawn', 'invalidated')),
  -- 1: not in the running total yet; 2: held, and not among the arrivals yet; -1: in the total, and taken
  -- off once a day; 0: settled.
  fresh INTEGER NOT NULL CHECK (fresh IN (-1, 0, 1, 2)),
  -- HMAC of the e-mail's hash under the pepper; for the running total only.
  tag BLOB,
  -- NULL where the signature was withdrawn, and where its sealed part was destroyed (retention.ts): then all
  -- that came with it is NULL too, but id hash, tag, state and batch.
  sealed BLOB,
  key_id TEXT,
  text_version TEXT,
  -- Number of the batch that handed it over.
  batch INTEGER,
  -- Number of the decision after a check by hand that last touched it, and the state it had before.
  decision INTEGER,
  was TEXT CHECK (was IN ('counted', 'held', 'repeat')),
  PRIMARY KEY (id_hash, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX signature_tag ON signature (tag) WHERE tag IS NOT NULL;
CREATE INDEX signature_fresh ON signature (fresh) WHERE fresh <> 0;
CREATE INDEX signature_held ON signature (day) WHERE state = 'held';
CREATE INDEX signature_ended ON signature (id_hash) WHERE state IN ('withdrawn', 'invalidated');
CREATE INDEX signature_batch ON signature (batch, sealed IS NULL) WHERE batch IS NOT NULL;
-- Whose tags a delivery asks for once they are destroyed: however many rows have one tag, few are here.
CREATE INDEX signature_gone ON signature (tag) WHERE tag IS NOT NULL AND batch IS NOT NULL AND sealed IS NULL;
CREATE INDEX signature_decision ON signature (decision) WHERE decision IS NOT NULL;

-- The running total that the cron keeps, and the day on which repeats and withdrawals were last taken off.
CREATE TABLE tally (total INTEGER NOT NULL, settled TEXT NOT NULL) STRICT;
INSERT INTO tally VALUES (0, '');

-- One row a delivery. Rows name it before it is confirmed; it counts as handed over only after.
CREATE TABLE batch (
  number INTEGER PRIMARY KEY,
  -- UTC day.
  made TEXT NOT NULL,
  -- The private key whose secret put its lines into their order.
  key_id TEXT NOT NULL,
  -- SHA-256 of its manifest, in hexadecimal digits.
  manifest TEXT NOT NULL,
  -- How many signatures it marks, doubles too.
  signatures INTEGER NOT NULL,
  -- Its totals as JSON, so that it can be written again.
  account TEXT NOT NULL,
  -- UTC day; NULL while its rows are being marked.
  confirmed TEXT,
  -- UTC day on which the last sealed part of its rows was destroyed.
  destroyed TEXT
) STRICT;

-- The journal of what was destroyed: sealed parts of a batch some time after it was handed over, whole rows at
-- the end of the campaign, sealed parts of a key that was stolen.
CREATE TABLE destruction (
  -- UTC day.
  day TEXT NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('batch', 'end', 'key')),
  -- Number of the batch, or id of the key; empty for the end.
  what TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (day, why, what)
) STRICT, WITHOUT ROWID;

-- The end of a campaign, once its tags and its pepper are gone.
CREATE TABLE closing (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- UTC day.
  day TEXT NOT NULL,
  -- The final totals, as JSON.
  totals TEXT NOT NULL
) STRICT;

-- Keys that were stolen: nothing that is sealed to one of them is stored, whatever the deployed Worker knows.
CREATE TABLE revoked (
  key_id TEXT PRIMARY KEY,
  -- UTC day.
  day TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal of checks by hand: what was decided for how many rows, and by which condition (JSON). Nothing
-- in it is about one person.
CREATE TABLE decision (
  number INTEGER PRIMARY KEY,
  -- UTC day.
  day TEXT NOT NULL,
  verb TEXT NOT NULL CHECK (verb IN ('release', 'keep', 'invalidate')),
  condition TEXT NOT NULL,
  signatures INTEGER NOT NULL,
  -- UTC day on which it was taken back.
  undone TEXT
) STRICT;

-- The journal of what people asked for, and got. Nothing in it is about one person.
CREATE TABLE request (
  number INTEGER PRIMARY KEY,
  -- UTC day.
  day TEXT NOT NULL,
  verb TEXT NOT NULL CHECK (verb IN ('withdraw', 'lower', 'no-news', 'export')),
  reason TEXT NOT NULL CHECK (reason IN
    ('lost-code', 'never-signed', 'child', 'dead', 'access', 'unsubscribe', 'other')),
  signatures INTEGER NOT NULL
) STRICT;

-- The journal of printed sheets whose names were typed and sealed on the campaigner's machine.
CREATE TABLE sheet (
  number INTEGER PRIMARY KEY,
  -- UTC day on which it was signed.
  day TEXT NOT NULL,
  -- A slow hash of all its lines, so that the same sheet comes in once.
  fingerprint TEXT NOT NULL UNIQUE,
  -- With all its lines, gives their id hashes again where it was stopped half way; NULL once it is done.
  salt TEXT,
  lines INTEGER NOT NULL,
  -- UTC day on which the last line was stored; NULL until then.
  done TEXT
) STRICT;

-- Numbers that are no rows: signatures on paper whose names nobody typed, and what other platforms told.
-- Nothing in it is about one person.
CREATE TABLE tallied (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('paper', 'partner')),
  -- UTC day on which it was signed, or told.
  day TEXT NOT NULL,
  -- Name and address of the platform, each empty where there is none.
  source TEXT NOT NULL,
  address TEXT NOT NULL,
  signatures INTEGER NOT NULL,
  -- For paper, the same by country and level, as JSON; empty for a platform.
  numbers TEXT NOT NULL,
  -- UTC day on which it was taken back.
  undone TEXT
) STRICT;

-- How many arrived by each lane within ten minutes; only numbers that single nobody out stay.
CREATE TABLE arrivals (
  -- UTC, the beginning of the ten minutes, as 2026-11-23T12:30Z.
  period TEXT NOT NULL,
  lane TEXT NOT NULL CHECK (lane IN ('turnstile', 'stamp', 'unchecked')),
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  number INTEGER NOT NULL,
  PRIMARY KEY (period, lane, held)
) STRICT, WITHOUT ROWID;
