-- Replay and repair: runs of transmissions from stored bytes, linked to what they repeat, and batches of them that go on by
-- themselves: planned with frozen items, confirmed by a person, done once each, whatever process dies.

-- What is read again is in a state of its own: the release before this one leaves it alone, as it would take it for a duplicate.
alter table gateway.transmission drop constraint transmission_state_check;
alter table gateway.transmission add constraint transmission_state_check check (state in (
  'received', 'replaying', 'translated', 'unreadable', 'failed')) not valid;
create index transmission_replaying on gateway.transmission (id) where state = 'replaying';
-- What somebody must look after.
create index transmission_unread on gateway.transmission (id) where state in ('failed', 'unreadable');
create index delivery_unwell on gateway.delivery (id) where state in ('failed', 'dead', 'in_doubt');

-- A transmission that is read again. `original` is what it repeats: itself where nothing had been read of it. `root` is the first
-- of the line, which all runs of it share, and `body` whose bytes are read.
create table gateway.replay (
  transmission uuid primary key,
  original uuid not null,
  root uuid not null,
  body uuid not null,
  corrected boolean not null,
  acknowledge boolean not null,
  -- The digest of the configuration it is judged by; null: the one in force.
  configuration text,
  batch uuid not null,
  actor text not null,
  reason text not null,
  created_at timestamptz not null default gateway.now()
);
create index replay_root on gateway.replay (root);

-- What a person asked for, as it was shown to them: the filter as written, how many items it came to, what was foretold.
create table gateway.batch (
  id uuid primary key,
  action text not null check (action in ('replay', 'redeliver', 'correct')),
  filter text not null,
  options jsonb not null,
  plan jsonb not null,
  count integer not null check (count > 0),
  -- So many are done first, then it waits to be confirmed once more.
  try integer,
  -- Items a second.
  rate double precision not null check (rate > 0),
  second_person boolean not null default false,
  state text not null default 'planned' check (state in ('planned', 'running', 'tried', 'done', 'cancelled')),
  -- How many of its items may have begun; the rest waits for a confirmation.
  allowed integer not null default 0,
  next_start_at timestamptz not null default gateway.now(),
  planned_by text not null,
  reason text not null,
  planned_at timestamptz not null default gateway.now(),
  confirmed_by text,
  confirmed_at timestamptz,
  settled_by text,
  settled_at timestamptz
) with (fillfactor = 70);
create index batch_unfinished on gateway.batch (id) where state <> 'done';

-- The frozen items: a transmission or a delivery each. What cannot be done is there as well, with its reason.
create table gateway.batch_item (
  batch uuid not null,
  ordinal integer not null,
  subject uuid not null,
  transmission uuid not null,
  state text not null check (state in ('planned', 'running', 'done', 'failed', 'skipped', 'cancelled')),
  -- The run that it became; the subject itself when it is redelivered, or read again in its place.
  run uuid,
  outcome text not null default '',
  started_at timestamptz,
  settled_at timestamptz,
  primary key (batch, ordinal),
  unique (batch, subject)
) with (fillfactor = 70);
create index batch_item_open on gateway.batch_item (batch, ordinal) where state in ('planned', 'running');
create index batch_item_subject on gateway.batch_item (subject) where state in ('planned', 'running');

create type gateway.batch_item_v1 as (ordinal integer, subject uuid, transmission uuid, state text, outcome text);
create type gateway.begun_v1 as (ordinal integer, subject uuid, run uuid, in_place boolean);
create type gateway.ended_v1 as (batch uuid, ordinal integer, state text, outcome text);
