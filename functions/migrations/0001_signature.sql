-- One row a sealed signature. The key is random (id_hash follows by hashes from a code that the signer
-- drew), so the order of the table is no clock. No network address, no device, no time but the day.
CREATE TABLE signature (
  id_hash BLOB NOT NULL CHECK (length(id_hash) = 32),
  -- SHA-256 of key_id, text_version and sealed; empty for a tombstone, which a withdrawal of an unknown code leaves.
  digest BLOB NOT NULL,
  -- UTC day of arrival, as 2026-11-23.
  day TEXT NOT NULL,
  language TEXT,
  lane TEXT CHECK (lane IN ('turnstile', 'stamp', 'unchecked')),
  state TEXT NOT NULL CHECK (state IN ('counted', 'held', 'repeat', 'withdrawn', 'invalidated')),
  -- 1: not in the running total yet; -1: in it, and taken off once a day; 0: settled.
  fresh INTEGER NOT NULL CHECK (fresh IN (-1, 0, 1)),
  -- HMAC of the e-mail's hash under the pepper; for the running total only.
  tag BLOB,
  sealed BLOB,
  key_id TEXT,
  text_version TEXT,
  -- Number of the delivery that handed it over.
  batch INTEGER,
  PRIMARY KEY (id_hash, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX signature_tag ON signature (tag) WHERE tag IS NOT NULL;
CREATE INDEX signature_fresh ON signature (fresh) WHERE fresh <> 0;
CREATE INDEX signature_held ON signature (day) WHERE state = 'held';

-- The running total that the cron keeps, and the day on which repeats and withdrawals were last taken off.
CREATE TABLE tally (total INTEGER NOT NULL, settled TEXT NOT NULL) STRICT;
INSERT INTO tally VALUES (0, '');
