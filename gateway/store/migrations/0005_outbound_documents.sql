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

-- The last control number that came from each partner, to see gaps and numbers out of their order.
create table gateway.received_number (
  family text not null,
  sender text not null,
  receiver text not null,
  test boolean not null,
  last bigint not null,
  interchange uuid not null,
  at timestamptz not null default gateway.now(),
  primary key (family, sender, receiver, test)
) with (fillfactor = 50);
