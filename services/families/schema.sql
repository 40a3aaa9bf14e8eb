-- version 1
CREATE TABLE families_families (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  known_as TEXT NOT NULL,
  place TEXT NOT NULL,
  max_miles BIGINT NOT NULL,
  mixing TEXT NOT NULL,
  looking BIGINT NOT NULL,
  created BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX families_of_authority ON families_families (authority, id);

-- `needs` is a set, a bit for each need of the catalogue's list.
CREATE TABLE families_children (
  id TEXT PRIMARY KEY,
  family TEXT NOT NULL REFERENCES families_families (id),
  position BIGINT NOT NULL,
  nickname TEXT NOT NULL,
  birth_month TEXT NOT NULL,
  needs BIGINT NOT NULL,
  support_adults BIGINT NOT NULL,
  support_children BIGINT NOT NULL,
  wheelchair BIGINT NOT NULL
);
CREATE INDEX families_children_of ON families_children (family, position);

CREATE TABLE families_slots (
  family TEXT NOT NULL REFERENCES families_families (id),
  weekday BIGINT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  PRIMARY KEY (family, weekday, from_minute)
);

CREATE TABLE families_interests (
  family TEXT NOT NULL REFERENCES families_families (id),
  position BIGINT NOT NULL,
  activity_type TEXT NOT NULL,
  weight BIGINT NOT NULL,
  PRIMARY KEY (family, position)
);

-- Families to be with, and families not to be with.
CREATE TABLE families_wishes (
  family TEXT NOT NULL REFERENCES families_families (id),
  other TEXT NOT NULL,
  together BIGINT NOT NULL,
  PRIMARY KEY (family, other)
);

-- version 2
-- What must not mix, in which languages, in how many groups at once, and for how long a family has looked. `languages` and
-- behaviours are sets, a bit for each of their lists.
ALTER TABLE families_families ADD COLUMN languages BIGINT NOT NULL DEFAULT 0;
ALTER TABLE families_families ADD COLUMN needs_shared_language BIGINT NOT NULL DEFAULT 0;
ALTER TABLE families_families ADD COLUMN not_with_behaviours BIGINT NOT NULL DEFAULT 0;
ALTER TABLE families_families ADD COLUMN wished_groups BIGINT;
ALTER TABLE families_families ADD COLUMN looking_since BIGINT;
ALTER TABLE families_children ADD COLUMN behaviours BIGINT NOT NULL DEFAULT 0;
UPDATE families_families SET looking_since = created WHERE looking = 1;
