-- Transfers: the evidence of AS2 messages. The rules of flow.sql hold here as well.

-- name: arrive
-- Stores messages of partners with bodies, receipts and what they held. One whose key is held by an earlier message stores nothing.
-- $1 transfers, $2 bodies, $3 receipts, $4 transmissions, $5 to $7 pieces of their bodies, $8 deliveries, $9 failures, $10 events.
with arrived as (
  insert into gateway.transfer (id, direction, channel, partner, as2_from, as2_to, message_id, message_key, subject, sha256, size,
    content_sha256, mic, mic_algorithm, algorithms, signed_by, encrypted_for, receipt_signed_by, disposition, remote, transmissions,
    outbound, delivery, state, receipt_state, settled_at)
  select r.*, gateway.now() from unnest($1::gateway.transfer_v1[]) as r
  order by as2_from, as2_to, message_key
  on conflict (direction, as2_from, as2_to, message_key) where message_key is not null do nothing
  returning id, state, transmissions
), bodies as (
  insert into gateway.transfer_body (transfer, ordinal, headers, bytes)
  select r.* from unnest($2::gateway.transfer_body_v1[]) as r join arrived on arrived.id = r.transfer
), receipts as (
  insert into gateway.transfer_receipt (transfer, sha256, headers, bytes, disposition)
  select r.* from unnest($3::gateway.transfer_receipt_v1[]) as r join arrived on arrived.id = r.transfer
), handed as (
  select arrived.state, unnest(arrived.transmissions) as id from arrived
), stored as (
  insert into gateway.transmission (id, channel, partner, name, idempotency_key, remote, traceparent, waited, sha256, size,
    reply_to, correlation, state, settled_at)
  select r.*, case when handed.state = 'processed' then 'received' else 'failed' end,
    case when handed.state = 'processed' then null else gateway.now() end
  from unnest($4::gateway.transmission_v2[]) as r join handed on handed.id = r.id order by r.id
  returning id
), pieces as (
  insert into gateway.raw_body (transmission, ordinal, bytes)
  select body.transmission, body.ordinal, body.bytes
  from unnest($5::uuid[], $6::integer[], $7::bytea[]) as body(transmission, ordinal, bytes)
  join stored on stored.id = body.transmission
), deliveries as (
  insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, idempotency_key, test,
    options, priority, sequence_key, after, state)
  select r.id, r.transmission, r.document, r.outbound, r.partner, r.route, r.target, r.action, r.idempotency_key, r.test,
    r.options, r.priority, r.sequence_key, r.after, r.state
  from unnest($8::gateway.delivery_v2[]) as r join stored on stored.id = r.transmission
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($9::gateway.failure_v1[]) as r join stored on stored.id = r.transmission
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select r.* from unnest($10::gateway.event_v1[]) as r join stored on stored.id = r.transmission
)
select arrived.id from arrived cross join failures;

-- name: store_transfer_piece
-- Adds a piece to the body of a large message, in the transaction that stores it.
insert into gateway.transfer_body (transfer, ordinal, headers, bytes) values ($1, $2, $3, $4);

-- name: earlier_transfers
-- Who holds the keys that could not be had, with the receipt that was made; a copy that holds the same is counted.
with given as (
  select * from unnest($1::gateway.transfer_v1[])
), found as (
  select given.id as given, t.id, t.mic, t.transmissions,
    (t.mic is not distinct from given.mic and t.mic is not null) or t.content_sha256 = given.content_sha256 as same
  from given join gateway.transfer t on t.direction = given.direction and t.as2_from = given.as2_from and t.as2_to = given.as2_to
    and t.message_key = given.message_key
), counted as (
  update gateway.transfer t set copies = t.copies + n.copies
  from (select id, count(*) as copies from found where same group by id) as n where t.id = n.id
)
select found.*, r.headers, r.bytes from found
left join lateral (
  select headers, bytes from gateway.transfer_receipt x where x.transfer = found.id order by at limit 1) as r on true;

-- name: add_receipt
-- Keeps a receipt; the same bytes once.
insert into gateway.transfer_receipt (transfer, sha256, headers, bytes, disposition)
select r.* from unnest(array[$1::gateway.transfer_receipt_v1]) as r
on conflict do nothing
returning transfer;

-- name: owe_receipt
-- Sends a receipt to the partner again, unless that is on its way.
with owed as (
  update gateway.transfer set receipt_state = 'owed' where id = $1
  and not exists (select from gateway.delivery d where d.action = 'receipt' and d.options->>'transfer' = $1::text
    and d.transmission = any(transfer.transmissions) and d.state in ('waiting', 'sending'))
  returning id
)
insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, idempotency_key, test,
  options, priority, sequence_key, after, state)
select r.id, r.transmission, r.document, r.outbound, r.partner, r.route, r.target, r.action, r.idempotency_key, r.test,
  r.options, r.priority, r.sequence_key, r.after, r.state
from unnest(array[$2::gateway.delivery_v2]) as r cross join owed
returning id;

-- name: first_receipt
-- The receipt of a message of a partner, as it was made.
select headers, bytes from gateway.transfer_receipt where transfer = $1 order by at limit 1;

-- name: receipt_delivered
-- A receipt that was owed has reached the partner.
update gateway.transfer set receipt_state = 'answered' where id = $1 and receipt_state = 'owed';

-- name: prepare_transfer
-- Commits a message of ours before its first byte leaves. A repeat keeps id and Message-ID; what has a good receipt stays as it is.
with given as (
  select r.*, coalesce((
    select array[o.transmission] from gateway.outbound o where o.id = r.outbound and o.transmission is not null), '{}') as origins
  from unnest(array[$1::gateway.transfer_v1]) as r
), prepared as (
  insert into gateway.transfer as t (id, direction, channel, partner, as2_from, as2_to, message_id, message_key, subject, sha256,
    size, content_sha256, mic, mic_algorithm, algorithms, signed_by, encrypted_for, receipt_signed_by, disposition, remote,
    transmissions, outbound, delivery, state, receipt_state)
  select id, direction, channel, partner, as2_from, as2_to, message_id, message_key, subject, sha256, size, content_sha256, mic,
    mic_algorithm, algorithms, signed_by, encrypted_for, receipt_signed_by, disposition, remote, origins, outbound, delivery, state,
    receipt_state
  from given
  on conflict (direction, as2_from, as2_to, message_key) where message_key is not null do update
  set sha256 = excluded.sha256, size = excluded.size, content_sha256 = excluded.content_sha256, mic = excluded.mic,
    mic_algorithm = excluded.mic_algorithm, algorithms = excluded.algorithms, signed_by = excluded.signed_by,
    encrypted_for = excluded.encrypted_for, remote = excluded.remote, delivery = excluded.delivery, state = excluded.state,
    receipt_state = excluded.receipt_state, copies = t.copies + 1
  where t.receipt_state not in ('verified', 'warned')
  returning t.*
)
select prepared.* from prepared
union all
select t.* from given join gateway.transfer t on t.direction = 'out' and t.as2_from = given.as2_from and t.as2_to = given.as2_to
  and t.message_key = given.message_key
where not exists (select from prepared);

-- name: forget_transfer_pieces
-- Makes room for the bytes of another attempt: encrypted anew they are others.
delete from gateway.transfer_body where transfer = $1;

-- name: lock_transfer
-- A transfer, held until the transaction ends.
select * from gateway.transfer where id = $1 for update;

-- name: move_transfer
-- Writes the states that a transfer was moved to; null leaves a value as it is.
update gateway.transfer
set state = coalesce($2, state), receipt_state = coalesce($3, receipt_state), disposition = coalesce($4, disposition),
  receipt_signed_by = coalesce($5, receipt_signed_by), settled_at = gateway.now()
where id = $1
returning *;

-- name: find_sent
-- The message of ours that a receipt is about: by its id, with or without brackets.
select * from gateway.transfer
where btrim(message_id, '<> ') = btrim($1, '<> ') and direction = 'out' and as2_from = $2 and as2_to = $3
order by at desc limit 1;

-- name: quarantined
-- How much of senders that proved nothing was stored lately, by channel.
select channel, count(*) as messages, sum(size)::bigint as size from gateway.transfer
where state = 'quarantined' and at > gateway.now() - $1::interval group by channel;

-- name: tell_expiries
-- Records failures of expiring certificates, each mark once. No document is to blame: they have no cases.
with told as (
  insert into gateway.certificate_notice (fingerprint, notice)
  select fingerprint, notice from unnest($1::text[], $2::integer[]) as n(fingerprint, notice)
  on conflict do nothing
  returning fingerprint, notice
), failures as (
  insert into gateway.failure (id, fingerprint, stage, code, partner, route, owner, message, remedy, sample, count)
  select distinct on (f.fingerprint) f.id, f.fingerprint, f.stage, f.code, f.partner, f.route, f.owner, f.message, f.remedy, f.sample, 1
  from unnest($1::text[], $2::integer[], $3::gateway.failure_v1[]) as f(certificate, notice, id, fingerprint, stage, code, partner,
    route, owner, message, remedy, sample, transmission)
  join told on told.fingerprint = f.certificate and told.notice = f.notice
  order by f.fingerprint, f.notice
  on conflict (fingerprint) where state <> 'resolved' do update
  set count = failure.count + 1, last_at = gateway.now(), message = excluded.message, sample = excluded.sample
)
select fingerprint, notice from told;

-- name: find_transfers
-- Transfers by Message-ID, with or without brackets, by their own id, or by the id of what they held or sent; newest first.
select * from gateway.transfer
where btrim(message_id, '<> ') = btrim($1, '<> ') or id = $2::uuid or transmissions @> array[$2::uuid] or outbound = $2::uuid
order by at desc limit 20;

-- name: transfer_pieces
-- A message as it went over the wire, in pieces.
select ordinal, headers, bytes from gateway.transfer_body where transfer = $1 order by ordinal;

-- name: transfer_receipts
-- The receipts of a message, in the order in which they were made or came.
select headers, bytes, disposition, at from gateway.transfer_receipt where transfer = $1 order by at;
