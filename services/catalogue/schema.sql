-- version 1
-- Identity owns authorities; this is what the catalogue needs of them to search and to show names.
CREATE TABLE catalogue_authorities (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  slug TEXT NOT NULL
);
CREATE INDEX catalogue_authorities_by_name ON catalogue_authorities (name_key);
CREATE INDEX catalogue_authorities_by_slug ON catalogue_authorities (slug);

CREATE TABLE catalogue_providers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX catalogue_providers_by_name ON catalogue_providers (sort_name, id);

-- A row for each authority a provider serves, and what it found.
CREATE TABLE catalogue_vetting (
  provider TEXT NOT NULL REFERENCES catalogue_providers (id),
  authority TEXT NOT NULL REFERENCES catalogue_authorities (id),
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (provider, authority)
);

-- Who found what and when; never changed.
CREATE TABLE catalogue_vetting_history (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  authority TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- `needs` is a set of needs, a bit for each (see needs.hpp). `authority_names` repeats the names of
-- the authorities so that a page of services is one query; the same goes for `provider_name` and
-- `offers`, the count of published offers.
CREATE TABLE catalogue_services (
  id TEXT PRIMARY KEY,
  source_key TEXT UNIQUE,
  source_hash TEXT,
  listed BIGINT NOT NULL,
  authority_names TEXT NOT NULL,
  tier TEXT NOT NULL,
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  type TEXT NOT NULL,
  needs_text TEXT NOT NULL,
  needs BIGINT NOT NULL,
  age_min BIGINT,
  age_max BIGINT,
  age_note TEXT NOT NULL,
  provider TEXT REFERENCES catalogue_providers (id),
  provider_name TEXT NOT NULL,
  provider_kind TEXT NOT NULL,
  provider_number TEXT NOT NULL,
  referral_route TEXT NOT NULL,
  session_hours TEXT NOT NULL,
  capacity TEXT NOT NULL,
  pattern TEXT NOT NULL,
  place TEXT,
  offers BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL
);
CREATE INDEX catalogue_services_by_name ON catalogue_services (sort_name, id) WHERE listed = 1;

CREATE TABLE catalogue_service_authorities (
  service TEXT NOT NULL REFERENCES catalogue_services (id),
  authority TEXT NOT NULL REFERENCES catalogue_authorities (id),
  PRIMARY KEY (service, authority)
);

CREATE TABLE catalogue_offers (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL REFERENCES catalogue_providers (id),
  service TEXT NOT NULL REFERENCES catalogue_services (id),
  own_service BIGINT NOT NULL,
  title TEXT NOT NULL,
  sort_title TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  description TEXT NOT NULL,
  age_min BIGINT NOT NULL,
  age_max BIGINT NOT NULL,
  needs BIGINT NOT NULL,
  wheelchair_access TEXT NOT NULL,
  staff_checks TEXT NOT NULL,
  staff_adults BIGINT NOT NULL,
  staff_children BIGINT NOT NULL,
  place TEXT NOT NULL,
  minimum_children BIGINT NOT NULL,
  maximum_children BIGINT NOT NULL,
  minutes_per_session BIGINT NOT NULL,
  state TEXT NOT NULL,
  created BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX catalogue_offers_by_title ON catalogue_offers (sort_title, id);
CREATE INDEX catalogue_offers_of_provider ON catalogue_offers (provider, sort_title, id);
CREATE INDEX catalogue_offers_of_service ON catalogue_offers (service);

CREATE TABLE catalogue_offer_authorities (
  offer TEXT NOT NULL REFERENCES catalogue_offers (id),
  authority TEXT NOT NULL REFERENCES catalogue_authorities (id),
  PRIMARY KEY (offer, authority)
);

CREATE TABLE catalogue_tiers (
  offer TEXT NOT NULL REFERENCES catalogue_offers (id),
  from_children BIGINT NOT NULL,
  fixed BIGINT NOT NULL CHECK (fixed >= 0),
  per_child BIGINT NOT NULL CHECK (per_child >= 0),
  per_hour BIGINT NOT NULL CHECK (per_hour >= 0),
  PRIMARY KEY (offer, from_children)
);

CREATE TABLE catalogue_runs (
  id TEXT PRIMARY KEY,
  offer TEXT NOT NULL REFERENCES catalogue_offers (id),
  weekday BIGINT NOT NULL,
  first_date TEXT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  places BIGINT NOT NULL
);
CREATE INDEX catalogue_runs_of_offer ON catalogue_runs (offer, first_date, id);

CREATE TABLE catalogue_unmet_needs (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  account TEXT NOT NULL,
  what TEXT NOT NULL,
  activity_type TEXT,
  place TEXT,
  created BIGINT NOT NULL
);
CREATE INDEX catalogue_unmet_needs_of_authority ON catalogue_unmet_needs (authority, created, id);
