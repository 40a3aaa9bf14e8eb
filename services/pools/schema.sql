-- version 1
CREATE TABLE pools_pools (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  state TEXT NOT NULL,
  offer TEXT NOT NULL,
  run TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_name TEXT NOT NULL,
  title TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  weekday BIGINT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  minutes_per_session BIGINT NOT NULL,
  minimum_children BIGINT NOT NULL,
  maximum_children BIGINT NOT NULL,
  places BIGINT NOT NULL,
  agreement_version BIGINT NOT NULL DEFAULT 0,
  price_per_session BIGINT NOT NULL DEFAULT 0,
  notice_sessions BIGINT NOT NULL DEFAULT 0,
  ceiling_percent BIGINT NOT NULL DEFAULT 0,
  agreed_minimum BIGINT NOT NULL DEFAULT 1,
  proposed_group TEXT,
  refusal_family TEXT,
  refusal_code TEXT,
  refusal_detail TEXT,
  refusal_short_by BIGINT,
  created BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- A proposed group is confirmed once, unless its pool came to nothing.
CREATE UNIQUE INDEX pools_of_group ON pools_pools (proposed_group) WHERE state <> 'dissolved';
CREATE INDEX pools_of_authority ON pools_pools (authority, created, id);
CREATE INDEX pools_of_provider ON pools_pools (provider, created, id);
CREATE INDEX pools_of_run ON pools_pools (run) WHERE state IN ('holding', 'active', 'resplitting');

CREATE TABLE pools_tiers (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  from_children BIGINT NOT NULL,
  fixed BIGINT NOT NULL,
  per_child BIGINT NOT NULL,
  per_hour BIGINT NOT NULL,
  PRIMARY KEY (pool, from_children)
);

CREATE TABLE pools_reasons (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  position BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (pool, position)
);

CREATE TABLE pools_members (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  family TEXT NOT NULL,
  known_as TEXT NOT NULL,
  children BIGINT NOT NULL,
  state TEXT NOT NULL,
  accepted_version BIGINT,
  highest_share BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL DEFAULT 0,
  ceiling BIGINT,
  pays_until BIGINT,
  derivation TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (pool, family)
);
CREATE INDEX pools_of_family ON pools_members (family);

CREATE TABLE pools_sessions (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  number BIGINT NOT NULL,
  date TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (pool, number)
);

-- What each member pays for each session, as agreed or as split again after somebody left.
CREATE TABLE pools_shares (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  session BIGINT NOT NULL,
  family TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (pool, session, family)
);

-- Why families declined or left and why pools ended: asked for in the evaluations, counted in reports.
CREATE TABLE pools_reasons_given (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  family TEXT,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- version 2
-- How an agreement shares the price, and what each family agreed to beside it.
ALTER TABLE pools_pools ADD COLUMN split TEXT NOT NULL DEFAULT 'by_child';
ALTER TABLE pools_pools ADD COLUMN costs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pools_members ADD COLUMN weight BIGINT;
ALTER TABLE pools_members ADD COLUMN ratio_adults BIGINT NOT NULL DEFAULT 1;
ALTER TABLE pools_members ADD COLUMN ratio_children BIGINT NOT NULL DEFAULT 1;
ALTER TABLE pools_members ADD COLUMN fixed BIGINT;
ALTER TABLE pools_members ADD COLUMN can_pay BIGINT;
ALTER TABLE pools_members ADD COLUMN carries_to BIGINT;
-- How far a share is above the exact one, in billionths of a penny: the next split goes on from there.
ALTER TABLE pools_shares ADD COLUMN rounding BIGINT NOT NULL DEFAULT 0;

-- Fees and insurance of an agreement; `costs` of the pool says how many.
CREATE TABLE pools_costs (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  per_session BIGINT NOT NULL CHECK (per_session >= 0),
  once BIGINT NOT NULL CHECK (once >= 0),
  PRIMARY KEY (pool, position)
);

-- How long a family's children are there, where the price is shared by hours.
CREATE TABLE pools_attendance (
  pool TEXT NOT NULL REFERENCES pools_pools (id),
  session BIGINT NOT NULL,
  family TEXT NOT NULL,
  minutes BIGINT NOT NULL CHECK (minutes >= 0),
  PRIMARY KEY (pool, session, family)
);
