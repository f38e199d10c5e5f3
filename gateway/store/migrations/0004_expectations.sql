-- Expectations: what partners owe us for what we sent, what they said, and what they said of things we do not know.

create table gateway.expectation (
  id uuid primary key,
  outbound uuid not null,
  -- The ordinal of the document in the interchange; null for the whole of it.
  document integer,
  partner text,
  agreement text,
  kind text not null,
  layer text not null check (layer in ('receipt', 'technical', 'functional', 'application', 'answer')),
  owner text not null,
  within interval not null,
  calendar text,
  -- Since when the time runs: the sealing of the bytes first, then their delivery.
  sent_at timestamptz not null,
  -- Null for what nobody agreed on: the partner said it unasked.
  due_at timestamptz,
  state text not null default 'expected' check (state in (
    'expected', 'received', 'accepted', 'accepted_with_errors', 'partially_accepted', 'rejected', 'overdue', 'late',
    'contradicted', 'waived')),
  -- What the partner said last, and in which acknowledgement (a received document, or a receipt).
  said text,
  acknowledgement uuid,
  -- Why it was waived, and by whom.
  reason text,
  person text,
  -- The fingerprint of the failure that is open because of it.
  failure text,
  created_at timestamptz not null default gateway.now(),
  changed_at timestamptz
) with (fillfactor = 70);
create unique index expectation_subject on gateway.expectation (outbound, coalesce(document, 0), layer, kind);
create index expectation_due on gateway.expectation (due_at) where state = 'expected' and due_at is not null;
create index expectation_changed on gateway.expectation (changed_at) where acknowledgement is not null;
create index expectation_troubled on gateway.expectation (partner, id)
  where state in ('overdue', 'rejected', 'partially_accepted', 'contradicted');

-- Every acknowledgement that was matched, with what it did; the same one twice is there once.
create table gateway.received_acknowledgement (
  acknowledgement uuid not null,
  expectation uuid not null,
  transmission uuid,
  type text not null,
  said text,
  before text not null,
  after text not null,
  explanation text[] not null,
  at timestamptz not null default gateway.now(),
  primary key (expectation, acknowledgement)
);
create index received_acknowledgement_transmission on gateway.received_acknowledgement (transmission);

-- Acknowledgements that speak of something we do not know. They are tried again, and wait for people.
create table gateway.unmatched_acknowledgement (
  acknowledgement uuid primary key,
  transmission uuid not null,
  partner text,
  type text not null,
  names text[] not null,
  failure text,
  state text not null default 'waiting' check (state in ('waiting', 'matched', 'dismissed')),
  tries integer not null default 0,
  next_try_at timestamptz not null default gateway.now(),
  reason text,
  person text,
  created_at timestamptz not null default gateway.now(),
  settled_at timestamptz
) with (fillfactor = 70);
create index unmatched_acknowledgement_waiting on gateway.unmatched_acknowledgement (next_try_at) where state = 'waiting';

-- A case may be over while others of the same failure go on.
alter table gateway.failure_case add column closed_at timestamptz;
create index failure_case_open on gateway.failure_case (fingerprint) where closed_at is null;

-- Documents that answer ours are consumed: they have a canonical form and go nowhere. The rows there are were checked before.
alter table gateway.document drop constraint document_state_check;
alter table gateway.document add constraint document_state_check check (state in (
  'pending', 'rejected', 'refused', 'duplicate', 'conflict', 'unmapped', 'unrouted', 'stopped', 'routed', 'consumed')) not valid;

create type gateway.expectation_v1 as (
  id uuid, outbound uuid, document integer, partner text, agreement text, kind text, layer text, owner text, within interval,
  calendar text, sent_at timestamptz, due_at timestamptz, state text, said text, acknowledgement uuid);
create type gateway.expectation_move_v1 as (
  id uuid, before text, after text, said text, acknowledgement uuid, reason text, person text, failure text, sent_at timestamptz,
  due_at timestamptz);
create type gateway.received_acknowledgement_v1 as (
  acknowledgement uuid, expectation uuid, transmission uuid, type text, said text, before text, after text, explanation text[]);
create type gateway.unmatched_acknowledgement_v1 as (
  acknowledgement uuid, transmission uuid, partner text, type text, names text[], failure text);
create type gateway.claim_v1 as (
  ordinal integer, partner text, interchange text, functional_id text, "group" text, document text, keys text[], kind text);

-- Ends cases; a failure whose last open case ends is resolved. Whoever closes others of the same failure waits.
-- Cases that are older than their failure belong to an earlier one, which a person resolved; one statement writes both, with
-- the clock running on.
create function gateway.close_cases_v1(subjects uuid[], fingerprints text[]) returns void language plpgsql as $$
begin
  perform from gateway.failure where fingerprint = any(fingerprints) and state <> 'resolved' order by fingerprint for update;
  update gateway.failure_case c set closed_at = gateway.now()
  from unnest(subjects, fingerprints) as over(subject, fingerprint)
  where c.subject = over.subject and c.fingerprint = over.fingerprint and c.closed_at is null;
  update gateway.failure f set state = 'resolved'
  where f.fingerprint = any(fingerprints) and f.state <> 'resolved' and not exists (
    select from gateway.failure_case c where c.fingerprint = f.fingerprint and c.closed_at is null and c.at >= f.first_at - interval '1 minute');
end
$$;
