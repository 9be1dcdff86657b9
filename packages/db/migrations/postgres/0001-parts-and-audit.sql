-- Text sorts by its bytes, as in SQLite and in JavaScript's comparison of ASCII, whatever the database's locale.
CREATE TABLE statuses (name text COLLATE "C" PRIMARY KEY);

CREATE TABLE parts (
  id bigint PRIMARY KEY,
  part_number text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  -- No reference to statuses: it would be checked for each entry, and lock its row. The guards see to it.
  status text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  updated_at text COLLATE "C" NOT NULL,
  retired_at text COLLATE "C"
);

-- In the collation "C" lower() regards ASCII letters only.
CREATE UNIQUE INDEX parts_by_number ON parts (lower(part_number));
CREATE INDEX parts_by_status ON parts (status, id);
CREATE INDEX parts_retired ON parts (id) WHERE retired_at IS NOT NULL;

-- The guards see to it that each entry has its part and its statuses, so it needs no references.
CREATE TABLE audit_entries (
  id bigint PRIMARY KEY,
  part_id bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  -- NULL for a creation.
  old_status text COLLATE "C",
  new_status text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  -- {"name": ["old", "new"]}: the fields that changed beside the status.
  changes json,
  actor text COLLATE "C",
  reason text COLLATE "C",
  request_id text COLLATE "C",
  changed_at text COLLATE "C" NOT NULL,
  -- On the first entry of a transaction: tells whether it was committed when its answer got lost.
  commit_mark uuid,
  -- Two changes can't both lead to the same version: a lost update fails here.
  UNIQUE (part_id, version)
);

CREATE TABLE idempotency_keys (
  -- Grows with time: the keys that expire first are the first ones.
  audit_id bigint PRIMARY KEY,
  part_id bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  UNIQUE (part_id, key)
);

-- One row. Each transaction that writes locks it first, so the servers write one after the other and
-- the ids of audit entries have the order of the commits. The epoch names the life of the audit from
-- one reset to the next.
CREATE TABLE audit_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch text COLLATE "C" NOT NULL
) WITH (fillfactor = 10);

-- One row: the id of the last audit entry that the event handler handled.
CREATE TABLE event_cursor (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  audit_id bigint NOT NULL
) WITH (fillfactor = 10);

INSERT INTO audit_head (epoch) VALUES (substr(md5(gen_random_uuid()::text), 1, 12));
INSERT INTO event_cursor (audit_id) VALUES (0);

-- One row: which server handles events, and until when.
CREATE TABLE event_lease (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  owner uuid,
  valid_until timestamptz
) WITH (fillfactor = 10);

INSERT INTO event_lease DEFAULT VALUES;
