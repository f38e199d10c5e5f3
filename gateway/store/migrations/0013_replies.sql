-- Answers to services that publish documents for partners.

-- Where an answer is wanted, under which correlation id, and the answer itself as soon as there is one: who publishes the same
-- message again gets the same answer again.
alter table gateway.transmission
  add column reply_to text, add column correlation text, add column reply_headers jsonb, add column reply bytea;

-- Answers that are not confirmed yet: a queue, full at one moment, empty at the next. Not in `outbox`, for the release before this
-- one would not know what to do with them there.
create table gateway.reply_due (
  transmission uuid primary key,
  queue text not null,
  correlation text,
  headers jsonb not null,
  body bytea not null,
  created_at timestamptz not null default gateway.now()
);
create index reply_due_age on gateway.reply_due (created_at);
alter table gateway.reply_due set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

create type gateway.transmission_v2 as (
  id uuid, channel text, partner text, name text, idempotency_key text, remote text, traceparent text, waited boolean,
  sha256 bytea, size bigint, reply_to text, correlation text);
create type gateway.reply_v1 as (transmission uuid, headers jsonb, body bytea);
