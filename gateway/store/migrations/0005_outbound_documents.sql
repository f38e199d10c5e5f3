-- What stands in the interchanges that we send: a row for each set or message, so that what partners say of one of them finds it.
-- `group_id` and `group_number` are GS01 and GS06 (empty where there are no groups), `control_number` ST02 or UNH 0062.
create table gateway.outbound_document (
  outbound uuid not null,
  ordinal integer not null,
  document uuid not null,
  group_id text not null,
  group_number text not null,
  control_number text not null,
  type text not null,
  version text not null,
  name text not null,
  partner text,
  agreement text,
  keys text[] not null,
  state text not null default 'sealed' check (state in ('sealed', 'rejected_by_partner', 'voided')),
  created_at timestamptz not null default gateway.now(),
  primary key (outbound, ordinal)
) with (fillfactor = 80);
create index outbound_document_document on gateway.outbound_document (document);
create index outbound_document_keys on gateway.outbound_document using gin (keys);
-- What a 997 goes by; people and partners leave out leading zeros.
create index outbound_document_group on gateway.outbound_document (partner, ltrim(group_number, '0'));

create type gateway.outbound_document_v1 as (
  outbound uuid, ordinal integer, document uuid, group_id text, group_number text, control_number text, type text, version text,
  name text, partner text, agreement text, keys text[]);

-- Sealed interchanges that will never be sent, and why: a control number that was taken is sent or voided, never lost.
create table gateway.voided_outbound (
  outbound uuid primary key,
  reason text not null,
  actor text not null,
  at timestamptz not null default gateway.now()
);

alter table gateway.delivery drop constraint delivery_state_check;
alter table gateway.delivery add constraint delivery_state_check check (state in (
  'blocked', 'waiting', 'sending', 'in_doubt', 'delivered', 'failed', 'dead', 'voided')) not valid;

-- The last control number that came from each partner, to see gaps and numbers out of their order. Null: its row was made to be
-- locked by the first that comes.
create table gateway.received_number (
  family text not null,
  sender text not null,
  receiver text not null,
  test boolean not null,
  last bigint,
  interchange uuid,
  at timestamptz not null default gateway.now(),
  primary key (family, sender, receiver, test)
) with (fillfactor = 50);

-- Numbers that a partner has left out so far; `interchange` is the one that came too early, and the subject of its owner's case.
create table gateway.missing_number (
  family text not null,
  sender text not null,
  receiver text not null,
  test boolean not null,
  number bigint not null,
  interchange uuid not null,
  fingerprint text not null,
  since timestamptz not null default gateway.now(),
  primary key (family, sender, receiver, test, number)
);
create index missing_number_interchange on gateway.missing_number (interchange);

create type gateway.received_number_v1 as (
  family text, sender text, receiver text, test boolean, last bigint, interchange uuid);
create type gateway.missing_number_v1 as (
  family text, sender text, receiver text, test boolean, number bigint, interchange uuid, fingerprint text);

-- A transmission that waits for earlier numbers, until when at the latest, and of whom.
alter table gateway.transmission add column held_until timestamptz;
alter table gateway.transmission add column held_for text;
create index transmission_held on gateway.transmission (held_for) where held_for is not null and state = 'received';
