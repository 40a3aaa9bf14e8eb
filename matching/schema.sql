-- version 1
CREATE TABLE matching_runs (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  created BIGINT NOT NULL,
  families BIGINT NOT NULL,
  offers BIGINT NOT NULL,
  took_ms BIGINT NOT NULL
);
CREATE INDEX matching_runs_of_authority ON matching_runs (authority, created, id);

CREATE TABLE matching_groups (
  id TEXT PRIMARY KEY,
  matching_run TEXT NOT NULL REFERENCES matching_runs (id),
  position BIGINT NOT NULL,
  offer TEXT NOT NULL,
  offer_title TEXT NOT NULL,
  run TEXT NOT NULL,
  weekday BIGINT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  score BIGINT NOT NULL
);
CREATE INDEX matching_groups_of_run ON matching_groups (matching_run, position);

CREATE TABLE matching_group_families (
  group_id TEXT NOT NULL REFERENCES matching_groups (id),
  family TEXT NOT NULL,
  children BIGINT NOT NULL,
  share BIGINT NOT NULL,
  alone BIGINT,
  PRIMARY KEY (group_id, family)
);

CREATE TABLE matching_group_reasons (
  group_id TEXT NOT NULL REFERENCES matching_groups (id),
  position BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (group_id, position)
);

CREATE TABLE matching_left_out (
  matching_run TEXT NOT NULL REFERENCES matching_runs (id),
  family TEXT NOT NULL,
  code TEXT NOT NULL,
  text TEXT NOT NULL,
  what_would_help TEXT NOT NULL,
  PRIMARY KEY (matching_run, family)
);

-- version 2
-- Where a run comes from, what was tried out in it, what the best could be, and what its groups are made of.
ALTER TABLE matching_runs ADD COLUMN activity_type TEXT;
ALTER TABLE matching_runs ADD COLUMN from_run TEXT;
ALTER TABLE matching_runs ADD COLUMN score BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matching_runs ADD COLUMN bound BIGINT;

CREATE TABLE matching_changes (
  matching_run TEXT NOT NULL REFERENCES matching_runs (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  family TEXT NOT NULL,
  run TEXT,
  other TEXT,
  PRIMARY KEY (matching_run, position)
);

CREATE TABLE matching_group_terms (
  group_id TEXT NOT NULL REFERENCES matching_groups (id),
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  thousandths BIGINT NOT NULL,
  PRIMARY KEY (group_id, position)
);

-- version 3
-- Groups without an offer yet, and searches that are made every night.
ALTER TABLE matching_runs ADD COLUMN night TEXT;
CREATE INDEX matching_runs_by_age ON matching_runs (created);

CREATE TABLE matching_nights (
  night TEXT PRIMARY KEY
);

CREATE TABLE matching_unmet (
  matching_run TEXT NOT NULL REFERENCES matching_runs (id),
  position BIGINT NOT NULL,
  activity_type TEXT NOT NULL,
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  within_miles DOUBLE PRECISION NOT NULL,
  weekday BIGINT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  children BIGINT NOT NULL,
  age_min BIGINT NOT NULL,
  age_max BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (matching_run, position)
);

CREATE TABLE matching_unmet_families (
  matching_run TEXT NOT NULL,
  position BIGINT NOT NULL,
  family TEXT NOT NULL,
  PRIMARY KEY (matching_run, position, family),
  FOREIGN KEY (matching_run, position) REFERENCES matching_unmet (matching_run, position)
);

-- version 4
-- Families who would rather be in another group; empty where moves that all agree on may be left.
ALTER TABLE matching_runs ADD COLUMN rather_elsewhere BIGINT;
