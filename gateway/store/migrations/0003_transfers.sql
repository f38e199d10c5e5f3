-- Transfers: AS2 messages in and out, with what proves them: the bytes as they went over the wire, digests, certificates, receipts.

create table gateway.transfer (
  id uuid primary key,
  direction text not null check (direction in ('in', 'out')),
  channel text not null,
  partner text,
  as2_from text not null,
  as2_to text not null,
  -- As it was written; empty when there was none.
  message_id text not null,
  -- What a copy is recognised by. Null when it may come again: it failed, or it is a receipt.
  message_key text,
  subject text not null,
  -- Of the body as it went over the wire, and of what it held.
  sha256 bytea not null,
  size bigint not null,
  content_sha256 bytea,
  mic text,
  mic_algorithm text,
  -- What it was signed, encrypted and compressed with, by name.
  algorithms jsonb not null,
  -- SHA-256 fingerprints of the certificates that were used.
  signed_by text,
  encrypted_for text,
  receipt_signed_by text,
  disposition text not null,
  remote text,
  -- In: what was handed over. Out: what was sent, and by which delivery.
  transmissions uuid[] not null,
  outbound uuid,
  delivery uuid,
  state text not null check (state in ('processed', 'failed', 'quarantined', 'conflict', 'unmatched', 'sending', 'sent', 'refused')),
  receipt_state text not null check (receipt_state in (
    'none', 'answered', 'owed', 'awaited', 'verified', 'warned', 'negative', 'mismatch', 'unverified', 'missing', 'contradicted')),
  copies integer not null default 0,
  at timestamptz not null default gateway.now(),
  settled_at timestamptz
) with (fillfactor = 70);
create unique index transfer_key on gateway.transfer (direction, as2_from, as2_to, message_key) where message_key is not null;
-- People leave out the angle brackets.
create index transfer_message_id on gateway.transfer (btrim(message_id, '<> '));
create index transfer_outbound on gateway.transfer (outbound) where outbound is not null;
create index transfer_transmissions on gateway.transfer using gin (transmissions);
create index transfer_quarantined on gateway.transfer (at) where state = 'quarantined';

-- A message as it went over the wire: the header block in its first row, the body in pieces of at most 1 MiB.
create table gateway.transfer_body (
  transfer uuid not null,
  ordinal integer not null,
  headers bytea,
  bytes bytea not null,
  primary key (transfer, ordinal)
);
alter table gateway.transfer_body alter column bytes set storage external;

-- Receipts (MDN), ours and the partners', with the bytes as they went over the wire.
create table gateway.transfer_receipt (
  transfer uuid not null,
  sha256 bytea not null,
  headers bytea not null,
  bytes bytea not null,
  disposition text not null,
  at timestamptz not null default gateway.now(),
  primary key (transfer, sha256)
);

-- Which expiry of which certificate was told already.
create table gateway.certificate_notice (
  fingerprint text not null,
  notice integer not null,
  at timestamptz not null default gateway.now(),
  primary key (fingerprint, notice)
);

create type gateway.transfer_v1 as (
  id uuid, direction text, channel text, partner text, as2_from text, as2_to text, message_id text, message_key text,
  subject text, sha256 bytea, size bigint, content_sha256 bytea, mic text, mic_algorithm text, algorithms jsonb, signed_by text,
  encrypted_for text, receipt_signed_by text, disposition text, remote text, transmissions uuid[], outbound uuid, delivery uuid,
  state text, receipt_state text);
create type gateway.transfer_body_v1 as (transfer uuid, ordinal integer, headers bytea, bytes bytea);
create type gateway.transfer_receipt_v1 as (transfer uuid, sha256 bytea, headers bytea, bytes bytea, disposition text);
