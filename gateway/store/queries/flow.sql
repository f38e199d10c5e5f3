-- Every query of the gateway, under a name and a sentence. `store/queries.py` reads this file.
-- `failures` in a final select makes it happen: a call, unlike an insert, is skipped when nobody asks for its row.
-- $n are asyncpg parameters. Stage statements lock in id order, move state rows, and insert only for what they moved.

-- name: receive
-- Stores transmissions with their only piece of body. What is already there, by id or by idempotency key, is left out of the answer.
with stored as (
  insert into gateway.transmission (id, channel, partner, name, idempotency_key, remote, traceparent, waited, sha256, size, reply_to,
    correlation)
  select id, channel, partner, name, idempotency_key, remote, traceparent, waited, sha256, size, reply_to, correlation
  from unnest($1::gateway.transmission_v2[]) order by id
  on conflict do nothing
  returning id
), bodies as (
  insert into gateway.raw_body (transmission, ordinal, bytes)
  select body.transmission, body.ordinal, body.bytes
  from unnest($2::uuid[], $3::integer[], $4::bytea[]) as body(transmission, ordinal, bytes)
  join stored on stored.id = body.transmission
)
select id from stored;

-- name: earlier_transmissions
-- Finds what `receive` left out: stored before under the same id, or under the same idempotency key.
select given.id as given, t.id, t.sha256
from unnest($1::gateway.transmission_v2[]) as given
join gateway.transmission t on t.id = given.id
  or (t.idempotency_key = given.idempotency_key and t.channel = given.channel
      and coalesce(t.partner, '') = coalesce(given.partner, ''));

-- name: claim_transmissions
-- Takes announced transmissions for translation and counts the start, so that one that kills its worker is noticed.
-- Takes no more than $4 bytes at once, but always the first; none that is larger than $5, where that is not null.
with free as (
  select id, size from gateway.transmission
  where id = any($1::uuid[]) and state in ('received', 'replaying') and (claimed_until is null or claimed_until < gateway.now())
    and ($5::bigint is null or size <= $5)
  order by id for update skip locked
), due as (
  select id, sum(size) over (order by id) - size as before from free
), claimed as (
  update gateway.transmission t
  set claim = $2, claimed_until = gateway.now() + $3::interval, starts = t.starts + 1
  from due where t.id = due.id and due.before < $4
  returning t.id, t.channel, t.partner, t.name, t.traceparent, t.waited, t.sha256, t.size, t.starts, t.received_at, t.release,
    t.held_for is not null as held, coalesce(t.held_until <= gateway.now(), false) as waited_out
)
select claimed.*, coalesce(replay.body, claimed.id) as body_of, replay.root, replay.acknowledge, replay.configuration,
  replay.route as named_route, body.bytes
from claimed
left join gateway.replay on replay.transmission = claimed.id
left join gateway.raw_body body on body.transmission = coalesce(replay.body, claimed.id) and body.ordinal = 0
order by claimed.id;

-- name: hand_back_transmissions
-- Gives claims back untouched, without counting the start: shutdown, or a database fault that was not the document's.
update gateway.transmission set claim = null, claimed_until = null, starts = greatest(starts - 1, 0)
where id = any($1::uuid[]) and claim = $2 and state in ('received', 'replaying');

-- name: renew_transmissions
-- Keeps the claims of a process that lives and is slow. Rows that are being settled at this moment need none.
with held as (
  select id from gateway.transmission where id = any($1::uuid[]) and claim = any($2::uuid[]) and state in ('received', 'replaying')
  order by id for update skip locked
)
update gateway.transmission t set claimed_until = gateway.now() + $3::interval from held where t.id = held.id;

-- name: store_piece
-- Adds a piece to the body of a large transmission, in the transaction that stores it.
insert into gateway.raw_body (transmission, ordinal, bytes) values ($1, $2, $3);

-- name: raw_piece
-- One piece of a body.
select bytes from gateway.raw_body where transmission = $1 and ordinal = $2;

-- name: raw_pieces
-- The pieces of a body in order; a run has those of what it repeats.
select transmission, ordinal, bytes from gateway.raw_body
where transmission = coalesce((select r.body from gateway.replay r where r.transmission = $1), $1) order by ordinal;

-- name: claim_interchange_keys
-- Decides duplicates of interchanges: answers the keys that are ours now. An expired key is taken over.
insert into gateway.interchange_key (family, sender, receiver, test, control_number, digest, interchange, expires_at)
select family, sender, receiver, test, control_number, digest, interchange, gateway.now() + period
from unnest($1::gateway.interchange_key_v1[])
order by family, sender, receiver, test, control_number
on conflict (family, sender, receiver, test, control_number) do update
set digest = excluded.digest, interchange = excluded.interchange, expires_at = excluded.expires_at
where interchange_key.expires_at < gateway.now()
returning interchange;

-- name: earlier_interchanges
-- Who holds the keys that could not be claimed.
select given.interchange as given, k.interchange, k.digest
from unnest($1::gateway.interchange_key_v1[]) as given
join gateway.interchange_key k using (family, sender, receiver, test, control_number)
where k.interchange <> given.interchange;

-- name: claim_document_keys
-- Decides duplicates of business documents: answers the documents whose key is theirs now.
insert into gateway.document_key (partner, name, test, identity, digest, document)
select partner, name, test, identity, digest, document
from unnest($1::gateway.document_key_v1[])
order by partner, name, test, identity
on conflict do nothing
returning document;

-- name: earlier_documents
-- Who holds the business keys that could not be claimed.
select given.document as given, k.document, k.digest
from unnest($1::gateway.document_key_v1[]) as given
join gateway.document_key k using (partner, name, test, identity)
where k.document <> given.document;

-- name: acknowledgements_of
-- What was answered to interchanges, for answering their repeats the same way.
select interchange, outbound from gateway.acknowledgement where interchange = any($1::uuid[]) order by outbound;

-- name: take_control_numbers
-- Advances counters in key order and answers the last number taken of each; held until commit, so it comes last but one.
insert into gateway.control_number (scope, value)
select scope, n from unnest($1::text[], $2::bigint[]) as t(scope, n) order by scope
on conflict (scope) do update set value = control_number.value + excluded.value
returning scope, value;

-- name: settle_translation
-- Ends translation, routing and acknowledgement of transmissions in one statement. Only what moved writes anything.
-- Deliveries of later ones, which waited for the order of their keys to be known, may go on.
with wanted as (
  select id, state from unnest($2::uuid[], $3::text[]) as t(id, state)
), locked as (
  select t.id from gateway.transmission t join wanted using (id)
  where t.state in ('received', 'replaying') and t.claim = $1
  order by t.id for update of t
), moved as (
  update gateway.transmission t
  set state = wanted.state, claim = null, claimed_until = null, starts = 0, settled_at = gateway.now(),
    reply_headers = r.headers, reply = r.body
  from wanted join locked using (id) left join unnest($15::gateway.reply_v1[]) as r on r.transmission = wanted.id
  where t.id = wanted.id
  returning t.id, t.reply_to, t.correlation, t.reply_headers, t.reply, t.reply is not null and t.reply_to is not null as answered
), replies as (
  insert into gateway.reply_due (transmission, queue, correlation, headers, body)
  select moved.id, moved.reply_to, moved.correlation, moved.reply_headers, moved.reply from moved where moved.answered
), followers as (
  update gateway.delivery d set state = 'waiting', blocked_by = null
  from moved where d.after = moved.id and d.state = 'blocked' and d.blocked_by = 'translation'
  returning d.id, d.transmission, d.after
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select f.transmission, 'deliver', f.id, jsonb_build_array(jsonb_build_object('what', 'goes_on', 'detail',
    jsonb_build_object('after', f.after))), e.configuration, e.node
  from followers f cross join (select configuration, node from unnest($12::gateway.event_v1[]) limit 1) as e
), interchanges as (
  insert into gateway.interchange (id, transmission, ordinal, family, sender, receiver, control_number, test, partner, verdict,
    state, documents, start_offset, end_offset, duplicate_of)
  select r.* from unnest($4::gateway.interchange_v1[]) as r join moved on moved.id = r.transmission
), documents as (
  insert into gateway.document (id, transmission, interchange, ordinal, type, version, control_number, name, partner, agreement,
    route, test, verdict, state, keys)
  select r.* from unnest($5::gateway.document_v1[]) as r join moved on moved.id = r.transmission
), canonical as (
  insert into gateway.canonical_body (document, json, published)
  select r.document, r.json, o.headers from unnest($6::gateway.body_v1[]) as r join moved on moved.id = r.transmission
  left join unnest($14::gateway.outbox_v1[]) as o on o.document = r.document and o.exchange = 'edi.canonical'
), routed as (
  insert into gateway.routed_body (document, json)
  select r.document, r.json from unnest($7::gateway.body_v1[]) as r join moved on moved.id = r.transmission
), findings as (
  insert into gateway.finding (subject, ordinal, transmission, code, severity, message, "offset", segment, tag, element,
    component, repetition, expected, actual)
  select r.* from unnest($8::gateway.finding_v1[]) as r join moved on moved.id = r.transmission
), outbounds as (
  insert into gateway.outbound (id, transmission, partner, family, type, sender, receiver, control_number, test, bytes)
  select r.* from unnest($9::gateway.outbound_v1[]) as r join moved on moved.id = r.transmission
), acknowledgements as (
  insert into gateway.acknowledgement (outbound, transmission, interchange, type, verdict, explanation)
  select r.* from unnest($10::gateway.acknowledgement_v1[]) as r join moved on moved.id = r.transmission
), deliveries as (
  insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, idempotency_key, test,
    options, priority, sequence_key, after, state, agreement, place, sequence_wait, fallback, fallback_after, next_attempt_at,
    arrived)
  select r.id, r.transmission, r.document, r.outbound, r.partner, r.route, r.target, r.action, r.idempotency_key, r.test,
    r.options, r.priority, r.sequence_key, r.after, r.state, r.agreement, r.place, r.sequence_wait, r.fallback, r.fallback_after,
    gateway.now() + r.wait, coalesce((select t.arrived from gateway.transmission t where t.id = r.transmission), 0)
  from unnest($11::gateway.delivery_v2[]) as r join moved on moved.id = r.transmission
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select r.* from unnest($12::gateway.event_v1[]) as r join moved on moved.id = r.transmission
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($13::gateway.failure_v1[]) as r join moved on moved.id = r.transmission
), outbox as (
  insert into gateway.outbox (id, exchange, routing_key, headers, document)
  select r.id, r.exchange, r.routing_key, r.headers, r.document
  from unnest($14::gateway.outbox_v1[]) as r join moved on moved.id = r.transmission
)
select moved.id, moved.reply_to, moved.correlation, moved.answered from moved cross join failures;

-- name: store_documents
-- Stores a slice of a large interchange that is still being read: documents that wait for the trailer, and those that were
-- rejected. Repeated after a crash it adds only what is missing.
with held as (
  select id from gateway.transmission where id = $1 and claim = $2 and state in ('received', 'replaying') for update
), documents as (
  insert into gateway.document (id, transmission, interchange, ordinal, type, version, control_number, name, partner, agreement,
    route, test, verdict, state, keys)
  select r.* from unnest($3::gateway.document_v1[]) as r join held on held.id = r.transmission
  on conflict (interchange, ordinal) do nothing
  returning id
), canonical as (
  insert into gateway.canonical_body (document, json)
  select r.document, r.json from unnest($4::gateway.body_v1[]) as r join documents on documents.id = r.document
), findings as (
  insert into gateway.finding (subject, ordinal, transmission, code, severity, message, "offset", segment, tag, element,
    component, repetition, expected, actual)
  select r.* from unnest($5::gateway.finding_v1[]) as r join documents on documents.id = r.subject
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($6::gateway.failure_v1[]) as r join documents on documents.id = r.sample
)
select held.id from held cross join failures;

-- name: refuse_documents
-- Ends the waiting documents of an interchange that its trailer refused, or of some of its groups. Null ordinals mean all.
update gateway.document set state = 'refused'
where interchange = $1 and state = 'pending' and ($2::integer[] is null or ordinal = any($2));

-- name: lock_pending_documents
-- The next waiting documents of accepted interchanges after $2, which had its turn, in order, without those ($3) whose lookups
-- could not be answered a moment ago; locked until they are settled.
select d.id, d.transmission, d.interchange, d.ordinal, d.type, d.version, d.control_number, d.name, d.verdict, d.keys,
  i.family, i.sender, i.receiver, i.control_number as interchange_number, i.partner, i.test, t.channel, t.name as file,
  t.traceparent, t.received_at, c.json, r.root, r.acknowledge, r.route as named_route, i.ordinal as interchange_ordinal
from gateway.document d
join gateway.interchange i on i.id = d.interchange and i.state = 'accepted'
join gateway.transmission t on t.id = d.transmission
join gateway.canonical_body c on c.document = d.id
left join gateway.replay r on r.transmission = d.transmission
where d.state = 'pending' and d.interchange > $2 and d.id <> all($3::uuid[])
order by d.interchange, d.ordinal limit $1 for update of d skip locked;

-- name: settle_release
-- Ends the waiting of documents: routed, stopped or recognised as duplicates, with all that follows. Only what moved writes.
with wanted as (
  select * from unnest($1::gateway.released_v1[])
), moved as (
  update gateway.document d set state = wanted.state, agreement = wanted.agreement, route = wanted.route
  from wanted where d.id = wanted.document and d.state = 'pending'
  returning d.id
), routed as (
  insert into gateway.routed_body (document, json)
  select r.document, r.json from unnest($2::gateway.body_v1[]) as r join moved on moved.id = r.document
), deliveries as (
  insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, idempotency_key, test,
    options, priority, sequence_key, after, state, agreement, place, sequence_wait, fallback, fallback_after, next_attempt_at,
    arrived)
  select r.id, r.transmission, r.document, r.outbound, r.partner, r.route, r.target, r.action, r.idempotency_key, r.test,
    r.options, r.priority, r.sequence_key, r.after, r.state, r.agreement, r.place, r.sequence_wait, r.fallback, r.fallback_after,
    gateway.now() + r.wait, coalesce((select t.arrived from gateway.transmission t where t.id = r.transmission), 0)
  from unnest($3::gateway.delivery_v2[]) as r join moved on moved.id = r.document
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select r.* from unnest($4::gateway.event_v1[]) as r join moved on moved.id = r.subject
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($5::gateway.failure_v1[]) as r join moved on moved.id = r.sample
), outbox as (
  insert into gateway.outbox (id, exchange, routing_key, headers, document)
  select r.id, r.exchange, r.routing_key, r.headers, r.document
  from unnest($6::gateway.outbox_v1[]) as r join moved on moved.id = r.document
), published as (
  update gateway.canonical_body c set published = r.headers
  from unnest($6::gateway.outbox_v1[]) as r join moved on moved.id = r.document where c.document = r.document
)
select moved.id from moved cross join failures;

-- name: notify_acknowledged
-- Wakes the processes in which somebody waits for these transmissions; sent with the commit.
select pg_notify('gateway_acknowledged', $1);

-- name: claim_deliveries
-- Takes what is due for a target, for one call: of the highest class of service down to $5, oldest first. What may be taken, and
-- what has to wait for other things than time, is decided by `take_due_v1`. Time in which it was due and could not be tried does
-- not count as time of trying.
with due as (
  select id from gateway.take_due_v1($1, $2, $5, false) as id
), claimed as (
  update gateway.delivery d
  set state = 'sending', attempt = d.attempt + 1, claim = $3, claimed_until = gateway.now() + $4::interval,
    first_attempt_at = coalesce(d.first_attempt_at, gateway.now()),
    paused = case when d.attempt > 0 then coalesce(d.paused, '0') + (gateway.now() - d.next_attempt_at) end
  from due where d.id = due.id
  returning d.id, d.transmission, d.document, d.outbound, d.partner, d.route, d.action, d.idempotency_key, d.test, d.options,
    d.attempt, d.probes, d.created_at, d.first_attempt_at, d.agreement, d.priority, d.sequence_key, d.lost, d.paused, d.milestone,
    gateway.now() as now
)
select claimed.*, coalesce(routed.json, canonical.json) as json, routed.json is not null as rewritten, outbound.bytes, outbound.type as outbound_type,
  outbound.control_number, outbound.family, outbound.created_at as sealed_at, milestone.headers as attributes, milestone.body as data,
  transmission.traceparent
from claimed
left join gateway.transmission on transmission.id = claimed.transmission
left join gateway.routed_body routed on routed.document = claimed.document
left join gateway.canonical_body canonical on canonical.document = claimed.document
left join gateway.outbound outbound on outbound.id = claimed.outbound
left join gateway.milestone milestone on milestone.id = claimed.milestone
order by claimed.id;

-- name: claim_probe
-- Takes one due delivery of a target whose breaker is not closed, when a probe may go out: the one that has waited longest, so
-- that they take turns. The breaker is half open from now on.
with breaker as (
  select b.target, b.failed_probes from gateway.breaker b
  where b.target = $1 and b.state <> 'closed' and gateway.probe_is_due(b)
  for update skip locked
), due as (
  select taken.id, breaker.failed_probes from breaker cross join lateral gateway.take_due_v1(breaker.target, 1, $4, true) as taken(id)
), claimed as (
  update gateway.delivery d
  set state = 'sending', attempt = d.attempt + 1, probes = d.probes + 1, claim = $2,
    claimed_until = gateway.now() + $3::interval, first_attempt_at = coalesce(d.first_attempt_at, gateway.now()),
    paused = case when d.attempt > 0 then coalesce(d.paused, '0') + (gateway.now() - d.next_attempt_at) end
  from due where d.id = due.id
  returning d.id, d.transmission, d.document, d.outbound, d.partner, d.route, d.action, d.idempotency_key, d.test, d.options,
    d.attempt, d.probes, d.created_at, d.first_attempt_at, d.agreement, d.priority, d.sequence_key, d.lost, d.paused, d.milestone,
    gateway.now() as now, due.failed_probes
), probing as (
  update gateway.breaker b set state = 'half_open', probe = claimed.id from claimed where b.target = $1
)
select claimed.*, coalesce(routed.json, canonical.json) as json, routed.json is not null as rewritten, outbound.bytes, outbound.type as outbound_type,
  outbound.control_number, outbound.family, outbound.created_at as sealed_at, milestone.headers as attributes, milestone.body as data,
  transmission.traceparent
from claimed
left join gateway.transmission on transmission.id = claimed.transmission
left join gateway.routed_body routed on routed.document = claimed.document
left join gateway.canonical_body canonical on canonical.document = claimed.document
left join gateway.outbound outbound on outbound.id = claimed.outbound
left join gateway.milestone milestone on milestone.id = claimed.milestone;

-- name: move_breaker
-- Opens a breaker, keeps it open after a probe, or closes it; one that is no longer as expected stays as it is.
-- $1 target, $2 and $3 state before and after, $4 the probe that ended, $5 wait for the next, $6 events, $7 failure.
-- Its failure has no cases, because no document is to blame, and ends when the breaker closes.
with moved as (
  update gateway.breaker b
  set state = $3, level = 0, probe = null, probe_at = gateway.now() + $5::interval,
    failed_probes = case when $2 = 'half_open' and $3 = 'open' then b.failed_probes + 1 else 0 end,
    since = case when $2 = 'half_open' and $3 = 'open' then b.since else gateway.now() end
  where b.target = $1 and b.state = $2 and b.probe is not distinct from $4::uuid
  returning b.target
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select e.* from unnest($6::gateway.event_v1[]) as e cross join moved
), failures as (
  insert into gateway.failure (id, fingerprint, stage, code, partner, route, owner, message, remedy, sample, count)
  select f.id, f.fingerprint, f.stage, f.code, f.partner, f.route, f.owner, f.message, f.remedy, f.sample, 1
  from unnest(array[$7::gateway.failure_v1]) as f cross join moved where $3 = 'open'
  on conflict (fingerprint) where state <> 'resolved' do update
  set count = failure.count + 1, last_at = gateway.now(), message = excluded.message, sample = excluded.sample
), resolved as (
  update gateway.failure f set state = 'resolved' from moved
  where f.fingerprint = ($7::gateway.failure_v1).fingerprint and f.state <> 'resolved' and $3 = 'closed'
)
select target from moved;

-- name: breakers
-- The breakers that ever counted anything, for metrics and `doctor`.
select target, state, since, extract(epoch from probe_at - gateway.now())::double precision as probe_in
from gateway.breaker order by target;

-- name: renew_deliveries
-- Keeps the claims of a process that lives and whose target is slow. Rows that are being settled at this moment need none.
with held as (
  select id from gateway.delivery where id = any($1::uuid[]) and claim = any($2::uuid[]) and state = 'sending'
  order by id for update skip locked
)
update gateway.delivery d set claimed_until = gateway.now() + $3::interval from held where d.id = held.id;

-- name: settle_deliveries
-- Writes the results of attempts, under the claim and attempt number they were made with; late results of lost claims move nothing.
-- $7 target, $8 how the call strains its breaker. The breaker's row is written only while calls fail.
-- An attempt that was spared costs no time of trying, one that is uncounted none of its attempts. What is under suspicion of ending
-- its process stays so until an attempt has come to something. What was delivered ends the cases of its delivery, every other end
-- those that it takes long.
with result as (
  select * from unnest($2::gateway.result_v2[])
), locked as (
  select d.id from gateway.delivery d join result on result.delivery = d.id
  where d.state = 'sending' and d.claim = $1 and d.attempt = result.attempt
  order by d.id for update of d
), moved as (
  update gateway.delivery d
  set state = result.state, code = result.code, message = result.message, reference = coalesce(result.reference, d.reference),
    claim = null, claimed_until = null, doubtful = d.doubtful or result.doubtful,
    lost = case when result.uncounted or result.code = 'no-child-process' then d.lost else 0 end,
    probes = d.probes + case when result.uncounted then 1 else 0 end,
    paused = case when result.spared then coalesce(d.paused, '0') + (gateway.now() - result.started_at) + result.delay else d.paused end,
    next_attempt_at = case when result.state = 'waiting' then gateway.now() + result.delay else d.next_attempt_at end,
    settled_at = case when result.state = 'waiting' then null else gateway.now() end
  from result join locked on locked.id = result.delivery where d.id = result.delivery
  returning d.id, d.transmission, d.state
), attempts as (
  insert into gateway.attempt (delivery, attempt, outcome, code, message, reference, response, node, started_at)
  select r.delivery, r.attempt, r.outcome, r.code, r.message, r.reference, r.response, $3, r.started_at
  from result r join moved on moved.id = r.delivery
), released as (
  update gateway.delivery d set state = 'waiting', blocked_by = null, next_attempt_at = gateway.now()
  from moved where d.after = moved.id and d.state = 'blocked' and d.blocked_by is distinct from 'hold' and moved.state = 'delivered'
  returning d.id, d.target, d.transmission, d.after
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select e.* from unnest($4::gateway.event_v1[]) as e join moved on moved.id = e.subject
  union all
  select r.transmission, 'deliver', r.id, jsonb_build_array(jsonb_build_object('what', 'goes_on', 'detail',
    jsonb_build_object('after', r.after))), e.configuration, e.node
  from released r cross join (select configuration, node from unnest($4::gateway.event_v1[]) limit 1) as e
), failures as (
  select gateway.record_failures_v1(array_agg(f)) from unnest($5::gateway.failure_v1[]) as f join moved on moved.id = f.sample
), outbox as (
  insert into gateway.outbox (id, exchange, routing_key, headers, document)
  select o.id, o.exchange, o.routing_key, o.headers, o.document
  from unnest($6::gateway.outbox_v1[]) as o join moved on moved.transmission = o.transmission
), strained as (
  insert into gateway.breaker as b (target, level)
  select $7::text, greatest($8::double precision, 0) from (select from moved limit 1) as any_moved
  where $8 > 0 or exists (select from gateway.breaker k where k.target = $7 and k.state = 'closed' and k.level > 0)
  on conflict (target) do update set level = greatest(b.level + $8, 0) where b.state = 'closed'
  returning b.level
), over as (
  select gateway.close_cases_v2(array_agg(c.subject), array_agg(c.fingerprint), 'gateway', 'its delivery has ended')
  from moved join gateway.failure_case c on c.subject = moved.id and c.closed_at is null
  join gateway.failure f on f.fingerprint = c.fingerprint
  where moved.state = 'delivered' or (moved.state <> 'waiting' and f.code = 'still-failing') having count(*) > 0
)
select released.id, released.target, 'released' as kind, null::double precision as level from released
union all
select moved.id, '', 'moved', null from moved cross join failures cross join (select count(*) from over) as ended
union all
select null, '', 'strained', strained.level from strained;

-- name: next_due
-- Seconds until something can be done for a target: its next delivery of a class down to $2, its next token, or the probe of a
-- breaker that is not closed; null when there is nothing to wait for, or others have to act first: staff hold it, or as many
-- calls are in flight as may be. What waits is looked through only where it could be taken.
select b.target is not null as held, h.name is not null as stopped, extract(epoch from case
    when h.name is not null then null
    when b.state = 'open' and not gateway.probe_is_due(b) then b.probe_at
    when b.target is null or gateway.probe_is_due(b) then (
      select greatest(min(due.next_attempt_at), case when l.rate is not null and gateway.tokens_v1(l) < 1
        then gateway.now() + (1 - gateway.tokens_v1(l)) / l.rate * interval '1 second' end)
      from generate_series(0, $2) as rank cross join lateral (
        select d.next_attempt_at from gateway.delivery d
        where d.target = $1 and d.state = 'waiting' and d.priority = rank::smallint order by d.next_attempt_at limit 1) as due
      where l.concurrency is null or live.calls < greatest(l.concurrency - least(rank, 1), 1)
      having count(*) > 0)
  end - gateway.now())::double precision as seconds
from (values (1)) as always
left join gateway.breaker b on b.target = $1 and b.state <> 'closed'
left join gateway.delivery_hold h on h.kind = 'target' and h.name = $1
left join gateway.target_limit l on l.target = $1
left join lateral (
  select count(distinct d.claim) as calls from gateway.delivery d
  where l.concurrency is not null and d.state = 'sending' and d.target = $1 and d.claimed_until >= gateway.now()) as live on true;

-- name: expire_deliveries
-- Claims that ran out: the target may or may not have acted. Repeatable targets go back to waiting, others are in doubt; one under
-- which $3 processes in a row ended is dead. $1 repeatable targets, $2 node.
with expired as (
  select d.id from gateway.delivery d where d.state = 'sending' and d.claimed_until < gateway.now()
  order by d.id limit 500 for update skip locked
), moved as (
  update gateway.delivery d
  set state = case when not d.target = any($1::text[]) then 'in_doubt' when d.lost + 1 >= $3 then 'dead' else 'waiting' end,
    lost = d.lost + 1, doubtful = true, claim = null, claimed_until = null, next_attempt_at = gateway.now(), code = 'claim-expired',
    message = 'The process that made this attempt ended before it could write the result.',
    settled_at = case when d.target = any($1::text[]) and d.lost + 1 >= $3 then gateway.now() end
  from expired where d.id = expired.id
  returning d.id, d.transmission, d.document, d.partner, d.route, d.target, d.attempt, d.state, d.first_attempt_at
), attempts as (
  insert into gateway.attempt (delivery, attempt, outcome, code, message, response, node, started_at)
  select id, attempt, 'in_doubt', 'claim-expired', 'No result was written in time.', '{}', $2, coalesce(first_attempt_at, gateway.now())
  from moved
  on conflict do nothing
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select transmission, 'deliver', id, jsonb_build_array(jsonb_build_object('what', state, 'detail',
    jsonb_build_object('target', target, 'attempt', attempt, 'code', 'claim-expired'))), '', $2
  from moved
)
select * from moved;

-- name: unfinished_transmissions
-- Work that nobody holds and nobody announced for a while: to be announced again, that of patient channels ($3) last.
select channel, id from gateway.transmission
where state = 'received' and received_at < gateway.now() - $1::interval and (claimed_until is null or claimed_until < gateway.now())
order by channel = any($3::text[]), received_at limit $2;

-- name: due_targets
-- Targets with deliveries that have been due for a while.
select target, count(*) as rows from gateway.delivery
where state = 'waiting' and next_attempt_at < gateway.now() - $1::interval group by target;

-- name: take_outbox
-- Public messages whose writer did not publish them: rows older than the grace time.
select o.id, o.exchange, o.routing_key, o.headers, o.document, coalesce(o.body, c.json) as body
from gateway.outbox o left join gateway.canonical_body c on c.document = o.document
where o.created_at < gateway.now() - $1::interval
order by o.created_at limit $2 for update of o skip locked;

-- name: take_replies
-- Answers to services that their writer did not publish.
select transmission, queue, correlation, headers, body from gateway.reply_due
where created_at < gateway.now() - $1::interval order by created_at limit $2 for update skip locked;

-- name: delete_replies
-- Confirmed answers leave the queue.
delete from gateway.reply_due where transmission = any($1::uuid[]);

-- name: answer_again
-- A message came again, from somebody who waits in queue $2 under $3: its answer goes there, now or when there is one.
with held as (
  select id, reply_headers, reply from gateway.transmission where id = $1 for update
), waits as (
  update gateway.transmission t set reply_to = $2, correlation = $3 from held where t.id = held.id and held.reply is null
), answered as (
  insert into gateway.reply_due (transmission, queue, correlation, headers, body)
  select id, $2, $3, reply_headers, reply from held where reply is not null
  on conflict (transmission) do update set queue = excluded.queue, correlation = excluded.correlation
)
select reply is not null as answered from held;

-- name: delete_outbox
-- Confirmed messages leave the outbox.
delete from gateway.outbox where id = any($1::uuid[]);

-- name: record_failures
-- Writes failures that belong to no stage's own statement (sweeps, broken batches).
select gateway.record_failures_v1($1::gateway.failure_v1[]);

-- name: take_lease
-- Takes or renews a lease; answers its fencing token, or nothing while another holds it.
select gateway.take_lease_v1($1, $2, $3) as token;

-- name: require_lease
-- Refuses what follows in the transaction unless the lease is held under this token.
select gateway.require_lease_v1($1, $2);

-- name: release_lease
-- Gives a lease back at shutdown; the row stays, so that its tokens only rise.
update gateway.lease set until = '-infinity' where name = $1 and holder = $2 and until >= gateway.now();

-- name: leases
-- Every lease by its name, with its state by the database's clock: held, free when it was given back, else lapsed.
select name, holder, token, until,
  case when until >= gateway.now() then 'held' when until = '-infinity' then 'free' else 'lapsed' end as state
from gateway.lease order by name;

-- name: replication
-- How many replicas follow this server, and for how many of them commits wait; of how many our role is not told (pg_monitor).
select count(*) filter (where state = 'streaming' or state is null) as replicas,
  count(*) filter (where sync_state in ('sync', 'quorum')) as synchronous, count(*) filter (where state is null) as hidden
from pg_stat_replication;

-- name: activate_configuration
-- Keeps a configuration under its digest, so that every message can say which one handled it, and be replayed with it. One of
-- which only the digest was known is completed.
insert into gateway.configuration as c (digest, document) values ($1, $2)
on conflict (digest) do update set document = excluded.document where not c.document ? 'files' and excluded.document ? 'files';

-- name: configuration
-- What is kept of a configuration, by its digest or the beginning of it, and since when it is in force, or was the last time.
-- Of those that were before activations were kept, it is when they were in force first.
select c.digest, c.document, case
    when exists (select from gateway.activation a where a.digest = c.digest)
    then (select max(a.activated_at) from gateway.activation a where a.digest = c.digest) else c.activated_at end as activated_at
from gateway.configuration c where starts_with(c.digest, $1) order by c.digest limit 2;

-- name: count_untranslated
-- How many transmissions wait for translation, counted no further than the limit: the intake closes above it.
select count(*) as waiting from (select from gateway.transmission where state = 'received' limit $1) as untranslated;

-- name: queue_levels
-- How much waits in each stage and since when, for metrics, readiness and back-pressure.
select 'translate' as stage, count(*) as rows, coalesce(extract(epoch from gateway.now() - min(received_at)), 0)::double precision as oldest
from gateway.transmission where state = 'received'
union all
select 'deliver:' || target, count(*), coalesce(extract(epoch from gateway.now() - min(created_at)), 0)::double precision
from gateway.delivery where state = 'waiting' group by target
union all
select 'acknowledge', count(*), coalesce(extract(epoch from gateway.now() - min(created_at)), 0)::double precision
from gateway.delivery where state = 'waiting' and outbound is not null
union all
select 'release', count(*), coalesce(extract(epoch from gateway.now() - min(d.created_at)), 0)::double precision
from gateway.document d join gateway.interchange i on i.id = d.interchange and i.state = 'accepted' where d.state = 'pending'
union all
select 'outbox', count(*), coalesce(extract(epoch from gateway.now() - min(created_at)), 0)::double precision from gateway.outbox
union all
select 'process', count(*), coalesce(extract(epoch from gateway.now() - min(at)), 0)::double precision
from (select at from gateway.order_news union all select heard_at from gateway.order_event where state = 'heard') as said;

-- name: transmission
-- One transmission by id.
select id, channel, partner, name, state, received_at, settled_at, size, sha256, starts, remote, traceparent
from gateway.transmission where id = $1;

-- name: transmission_interchanges
-- The interchanges of a transmission.
select * from gateway.interchange where transmission = $1 order by ordinal;

-- name: transmission_documents
-- The documents of a transmission, without bodies.
select * from gateway.document where transmission = $1 order by interchange, ordinal limit 1000;

-- name: transmission_findings
-- All findings of a transmission, of whatever level.
select * from gateway.finding where transmission = $1 order by subject, ordinal limit 1000;

-- name: transmission_acknowledgements
-- The acknowledgements of a transmission, with the state of their transmission to the partner.
select a.*, o.control_number, o.created_at, d.state as delivery_state, d.reference
from gateway.acknowledgement a
join gateway.outbound o on o.id = a.outbound
left join lateral (
  select state, reference from gateway.delivery x where x.outbound = a.outbound
  order by x.transmission = $1 desc, x.id desc limit 1) d on true
where a.transmission = $1
  or a.interchange in (
    select i.duplicate_of from gateway.interchange i where i.transmission = $1 and i.state = 'duplicate' and i.verdict <> 'rejected'
      and not exists (select from gateway.acknowledgement own where own.interchange = i.id))
order by o.created_at, a.outbound;

-- name: transmission_deliveries
-- The deliveries of a transmission, with who holds their target or partner.
select d.id, d.document, d.outbound, d.partner, d.route, d.target, d.action, d.state, d.attempt, d.code, d.message, d.reference,
  d.next_attempt_at, d.created_at, d.settled_at, d.sequence_key, d.after, d.blocked_by, d.fallback_of,
  h.actor as held_by, h.reason as held_because
from gateway.delivery d
left join lateral (
  select actor, reason from gateway.delivery_hold
  where d.state in ('blocked', 'waiting') and (kind, name) in (('target', d.target), ('partner', d.partner)) order by kind limit 1
) as h on true
where d.transmission = $1 order by d.id limit 1000;

-- name: transmission_attempts
-- The attempts of a transmission's deliveries.
select a.* from gateway.attempt a join gateway.delivery d on d.id = a.delivery
where d.transmission = $1 order by a.delivery, a.attempt limit 5000;

-- name: transmission_events
-- The journal of a transmission.
select at, stage, subject, steps, configuration, node from gateway.event where transmission = $1 order by id limit 5000;

-- name: transmission_failures
-- The failures a transmission has a case in.
select f.id, f.stage, f.code, c.message, f.owner, case when c.closed_at is null then f.state else 'resolved' end as state, f.count,
  f.remedy, c.subject, c.at
from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
where c.transmission = $1 order by c.at;

-- name: acknowledgement
-- An acknowledgement with its bytes as sent.
select a.*, o.family, o.control_number, o.sender, o.receiver, o.created_at, o.bytes, o.partner
from gateway.acknowledgement a join gateway.outbound o on o.id = a.outbound where a.outbound = $1;

-- name: server_clock
-- The server's version and clock, for `doctor`.
select current_setting('server_version') as version, clock_timestamp() as now;

-- name: counts
-- How many of what: for `doctor` and the demo's closing table.
select
  (select count(*) from gateway.transmission) as transmissions,
  (select count(*) from gateway.document) as documents,
  (select count(*) from gateway.acknowledgement) as acknowledgements,
  (select count(*) from gateway.delivery where state = 'delivered') as delivered,
  (select count(*) from gateway.delivery where state in ('waiting', 'sending', 'blocked')) as unfinished,
  (select count(*) from gateway.transmission where state = 'received') as untranslated,
  (select count(*) from gateway.failure where state = 'open') as open_failures,
  (select count(*) from gateway.outbox) as outbox;
