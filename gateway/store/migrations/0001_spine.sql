-- The spine: what was received, what it held, what was decided, what must be delivered, and the story of it.
-- Bodies are insert-only and live apart, so that the rows whose state changes stay narrow.

create schema if not exists gateway;

-- Leases, claims and due times are compared only with this clock. Tests move it: set gateway.clock_offset = '2 hours'.
create function gateway.now() returns timestamptz language sql stable as $$
  select clock_timestamp() + coalesce(nullif(current_setting('gateway.clock_offset', true), ''), '0')::interval
$$;

create table gateway.configuration (
  digest text primary key,
  document jsonb not null,
  activated_at timestamptz not null default gateway.now()
);

-- ------------------------------------------------------------------------------------------------ received

create table gateway.transmission (
  id uuid primary key,
  channel text not null,
  partner text,
  name text not null,
  idempotency_key text,
  remote text,
  traceparent text,
  waited boolean not null default false,
  sha256 bytea not null,
  size bigint not null,
  state text not null default 'received' check (state in ('received', 'translated', 'unreadable', 'failed')),
  starts smallint not null default 0,
  claim uuid,
  claimed_until timestamptz,
  received_at timestamptz not null default gateway.now(),
  settled_at timestamptz
) with (fillfactor = 70);
create unique index transmission_idempotency on gateway.transmission (channel, coalesce(partner, ''), idempotency_key)
  where idempotency_key is not null;
create index transmission_unfinished on gateway.transmission (received_at) where state = 'received';

-- The bytes as received, in pieces of at most 1 MiB; nearly all have one.
create table gateway.raw_body (
  transmission uuid not null,
  ordinal integer not null,
  bytes bytea not null,
  primary key (transmission, ordinal)
);
alter table gateway.raw_body alter column bytes set storage external;

-- ---------------------------------------------------------------------------------------------- translated

create table gateway.interchange (
  id uuid primary key,
  transmission uuid not null,
  ordinal integer not null,
  family text not null,
  sender text not null,
  receiver text not null,
  control_number text not null,
  test boolean not null,
  partner text,
  verdict text not null,
  state text not null check (state in ('accepted', 'refused', 'duplicate', 'conflict')),
  documents integer not null,
  start_offset bigint not null,
  end_offset bigint not null,
  duplicate_of uuid,
  created_at timestamptz not null default gateway.now(),
  unique (transmission, ordinal)
);
-- People leave out leading zeros.
create index interchange_number on gateway.interchange (ltrim(control_number, '0'));

create table gateway.document (
  id uuid primary key,
  transmission uuid not null,
  interchange uuid not null,
  ordinal integer not null,
  type text not null,
  version text not null,
  control_number text not null,
  name text,
  partner text,
  agreement text,
  route text,
  test boolean not null,
  verdict text not null,
  state text not null check (state in (
    'pending', 'rejected', 'refused', 'duplicate', 'conflict', 'unmapped', 'unrouted', 'stopped', 'routed')),
  keys text[] not null,
  created_at timestamptz not null default gateway.now(),
  unique (interchange, ordinal)
);
create index document_transmission on gateway.document (transmission);
-- Documents of large interchanges wait for their trailer, and are then released in order.
create index document_pending on gateway.document (interchange, ordinal) where state = 'pending';
create index document_keys on gateway.document using gin (keys);

create table gateway.canonical_body (document uuid primary key, json bytea not null);
alter table gateway.canonical_body alter column json set storage external;
-- The document after the route's rules, where they changed it.
create table gateway.routed_body (document uuid primary key, json bytea not null);
alter table gateway.routed_body alter column json set storage external;

create table gateway.finding (
  subject uuid not null,
  ordinal integer not null,
  transmission uuid not null,
  code text not null,
  severity text not null,
  message text not null,
  "offset" bigint not null,
  segment integer,
  tag text,
  element integer,
  component integer,
  repetition integer,
  expected text,
  actual text,
  primary key (subject, ordinal)
);

-- Duplicates are decided by these two, which outlive payloads.
create table gateway.interchange_key (
  family text not null,
  sender text not null,
  receiver text not null,
  test boolean not null,
  control_number text not null,
  digest bytea not null,
  interchange uuid not null,
  expires_at timestamptz not null,
  primary key (family, sender, receiver, test, control_number)
);
create table gateway.document_key (
  partner text not null,
  name text not null,
  test boolean not null,
  identity text not null,
  digest bytea not null,
  document uuid not null,
  at timestamptz not null default gateway.now(),
  primary key (partner, name, test, identity)
);

-- ------------------------------------------------------------------------------------------------ outgoing

create table gateway.control_number (scope text primary key, value bigint not null) with (fillfactor = 50);

-- Interchanges composed for partners: final bytes, sealed under their control number, never changed.
create table gateway.outbound (
  id uuid primary key,
  transmission uuid,
  partner text,
  family text not null,
  type text not null,
  sender text not null,
  receiver text not null,
  control_number text not null,
  test boolean not null,
  bytes bytea not null,
  created_at timestamptz not null default gateway.now()
);
alter table gateway.outbound alter column bytes set storage external;
create index outbound_number on gateway.outbound (ltrim(control_number, '0'));

-- What an outbound interchange acknowledges, and how.
create table gateway.acknowledgement (
  outbound uuid primary key,
  transmission uuid not null,
  interchange uuid not null,
  type text not null,
  verdict text not null,
  explanation text[] not null
);
create index acknowledgement_interchange on gateway.acknowledgement (interchange);

-- ------------------------------------------------------------------------------------------------ delivery

create table gateway.delivery (
  id uuid primary key,
  transmission uuid not null,
  document uuid,
  outbound uuid,
  partner text,
  route text,
  target text not null,
  action text not null,
  idempotency_key text not null,
  test boolean not null,
  options jsonb not null,
  priority smallint not null,
  sequence_key text,
  after uuid,
  state text not null check (state in ('blocked', 'waiting', 'sending', 'in_doubt', 'delivered', 'failed', 'dead')),
  attempt integer not null default 0,
  claim uuid,
  claimed_until timestamptz,
  next_attempt_at timestamptz not null default gateway.now(),
  first_attempt_at timestamptz,
  code text,
  message text,
  reference text,
  created_at timestamptz not null default gateway.now(),
  settled_at timestamptz
) with (fillfactor = 70);
create index delivery_due on gateway.delivery (target, priority, next_attempt_at) where state = 'waiting';
create index delivery_claimed on gateway.delivery (claimed_until) where state = 'sending';
create index delivery_sequence on gateway.delivery (target, sequence_key, id)
  where sequence_key is not null and state in ('blocked', 'waiting', 'sending', 'in_doubt', 'failed', 'dead');
create index delivery_after on gateway.delivery (after) where state = 'blocked';
create index delivery_transmission on gateway.delivery (transmission);
create index delivery_outbound on gateway.delivery (outbound) where outbound is not null;
create index delivery_reference on gateway.delivery (reference) where reference is not null;

create table gateway.attempt (
  delivery uuid not null,
  attempt integer not null,
  outcome text not null,
  code text not null,
  message text not null,
  reference text,
  response jsonb not null,
  node text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null default gateway.now(),
  primary key (delivery, attempt)
);

-- ------------------------------------------------------------------------------------- story and exceptions

create table gateway.event (
  id bigint generated always as identity primary key,
  transmission uuid not null,
  at timestamptz not null default gateway.now(),
  stage text not null,
  subject uuid not null,
  steps jsonb not null,
  configuration text not null,
  node text not null
);
create index event_transmission on gateway.event (transmission);

create table gateway.failure (
  id uuid primary key,
  fingerprint text not null,
  stage text not null,
  code text not null,
  partner text,
  route text,
  owner text not null,
  message text not null,
  remedy text not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'muted', 'resolved')),
  sample uuid not null,
  count bigint not null,
  first_at timestamptz not null default gateway.now(),
  last_at timestamptz not null default gateway.now()
);
create unique index failure_open on gateway.failure (fingerprint) where state <> 'resolved';

create table gateway.failure_case (
  fingerprint text not null,
  subject uuid not null,
  transmission uuid not null,
  message text not null,
  at timestamptz not null default gateway.now(),
  primary key (subject, fingerprint)
);
create index failure_case_transmission on gateway.failure_case (transmission);

create table gateway.outbox (
  id uuid primary key,
  exchange text not null,
  routing_key text not null,
  headers jsonb not null,
  document uuid,
  body bytea,
  created_at timestamptz not null default gateway.now()
);
create index outbox_age on gateway.outbox (created_at);

create table gateway.lease (
  name text primary key,
  holder text not null,
  token bigint not null,
  until timestamptz not null
);

create table gateway.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default gateway.now(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null
);

-- ------------------------------------------------------------------------------------------- row types of code
-- Code hands rows over as arrays of these. They are versioned with the code that writes them, so that a table may gain
-- columns while the last release still runs.

create type gateway.transmission_v1 as (
  id uuid, channel text, partner text, name text, idempotency_key text, remote text, traceparent text, waited boolean,
  sha256 bytea, size bigint);
create type gateway.interchange_v1 as (
  id uuid, transmission uuid, ordinal integer, family text, sender text, receiver text, control_number text, test boolean,
  partner text, verdict text, state text, documents integer, start_offset bigint, end_offset bigint, duplicate_of uuid);
create type gateway.document_v1 as (
  id uuid, transmission uuid, interchange uuid, ordinal integer, type text, version text, control_number text, name text,
  partner text, agreement text, route text, test boolean, verdict text, state text, keys text[]);
create type gateway.released_v1 as (document uuid, state text, agreement text, route text);
create type gateway.body_v1 as (transmission uuid, document uuid, json bytea);
create type gateway.finding_v1 as (
  subject uuid, ordinal integer, transmission uuid, code text, severity text, message text, "offset" bigint, segment integer,
  tag text, element integer, component integer, repetition integer, expected text, actual text);
create type gateway.interchange_key_v1 as (
  family text, sender text, receiver text, test boolean, control_number text, digest bytea, interchange uuid, period interval);
create type gateway.document_key_v1 as (partner text, name text, test boolean, identity text, digest bytea, document uuid);
create type gateway.outbound_v1 as (
  id uuid, transmission uuid, partner text, family text, type text, sender text, receiver text, control_number text,
  test boolean, bytes bytea);
create type gateway.acknowledgement_v1 as (
  outbound uuid, transmission uuid, interchange uuid, type text, verdict text, explanation text[]);
create type gateway.delivery_v1 as (
  id uuid, transmission uuid, document uuid, outbound uuid, partner text, route text, target text, action text,
  idempotency_key text, test boolean, options jsonb, priority smallint, sequence_key text, after uuid, state text);
create type gateway.event_v1 as (transmission uuid, stage text, subject uuid, steps jsonb, configuration text, node text);
create type gateway.failure_v1 as (
  id uuid, fingerprint text, stage text, code text, partner text, route text, owner text, message text, remedy text,
  sample uuid, transmission uuid);
create type gateway.outbox_v1 as (
  id uuid, transmission uuid, exchange text, routing_key text, headers jsonb, document uuid);
create type gateway.result_v1 as (
  delivery uuid, attempt integer, state text, delay interval, outcome text, code text, message text, reference text,
  response jsonb, started_at timestamptz);

-- Writes cases of failures: those with one fingerprint are one failure, counted, until it is resolved.
create function gateway.record_failures_v1(given gateway.failure_v1[]) returns bigint language sql strict as $$
  with failures as (
    insert into gateway.failure (id, fingerprint, stage, code, partner, route, owner, message, remedy, sample, count)
    select distinct on (fingerprint) id, fingerprint, stage, code, partner, route, owner, message, remedy, sample,
      count(*) over (partition by fingerprint)
    from unnest(given) order by fingerprint, id
    on conflict (fingerprint) where state <> 'resolved' do update
    set count = failure.count + excluded.count, last_at = gateway.now(), message = excluded.message, sample = excluded.sample
  ), cases as (
    insert into gateway.failure_case (fingerprint, subject, transmission, message)
    select distinct on (sample, fingerprint) fingerprint, sample, transmission, message from unnest(given)
    on conflict (subject, fingerprint) do update set message = excluded.message, at = gateway.now()
  )
  select count(*) from unnest(given)
$$;
