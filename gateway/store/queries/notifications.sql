-- Notifications: news of failures gathered for each owner, and messages to its addresses, each sent at least once.

-- name: owners_with_news
-- Who has to be told of something, since when, of which codes, and when it was told of something last.
select e.tell as owner, min(e.at) as oldest, array_agg(distinct f.code) as codes, gateway.now() as now,
  (select max(n.created_at) from gateway.notification n where n.owner = e.tell) as last
from gateway.failure_event e join gateway.failure f on f.id = e.failure
where e.tell is not null and e.told_at is null group by e.tell;

-- name: lock_news
-- The news of owners, held until the transaction ends, with the failures as they are now.
select e.id as event, e.action, e.detail, f.id, f.fingerprint, f.stage, f.code, f.partner, f.route, f.owner, f.state, f.count,
  f.regressions, f.first_at, f.last_at, f.message, f.remedy
from gateway.failure_event e join gateway.failure f on f.id = e.failure
where e.tell = any($1::text[]) and e.told_at is null
order by e.id for update of e;

-- name: mark_told
-- News that went into a message, or became pointless.
update gateway.failure_event set told_at = gateway.now() where id = any($1::bigint[]);

-- name: add_notifications
-- Messages to send. $1 ids, $2 owners, $3 addresses for people, $4 marks of the addresses, $5 whether it is urgent, $6 messages.
insert into gateway.notification (id, owner, address, mark, urgent, message, failures)
select n.*, array(select (g->>'id')::uuid from jsonb_array_elements(n.message->'groups') as g)
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::jsonb[]) as n(id, owner, address, mark, urgent, message);

-- name: claim_notifications
-- Takes messages that are due, also those whose sender died. $1 claim, $2 how long it lasts, $3 limit.
with due as (
  select id from gateway.notification
  where (state = 'waiting' and next_attempt_at <= gateway.now()) or (state = 'sending' and claimed_until < gateway.now())
  order by not urgent, next_attempt_at limit $3 for update skip locked
)
update gateway.notification n
set state = 'sending', attempt = n.attempt + 1, claim = $1, claimed_until = gateway.now() + $2::interval
from due where n.id = due.id
returning n.id, n.owner, n.address, n.mark, n.message, n.attempt, gateway.now() - n.created_at as age;

-- name: settle_notification
-- The result of an attempt, under the claim it was made with. $1 id, $2 claim, $3 attempt, $4 state, $5 delay, $6 code, $7 answer.
update gateway.notification
set state = $4, claim = null, claimed_until = null, code = $6, answer = $7,
  next_attempt_at = case when $4 = 'waiting' then gateway.now() + $5::interval else next_attempt_at end,
  settled_at = case when $4 = 'waiting' then null else gateway.now() end
where id = $1 and claim = $2 and attempt = $3 and state = 'sending'
returning id;

-- name: notification_levels
-- How many messages wait to be sent.
select count(*) as rows from gateway.notification where state in ('waiting', 'sending');

-- name: failure_notifications
-- The messages that told of a failure, the newest first.
select id, owner, address, state, attempt, code, answer, created_at, settled_at from gateway.notification
where failures @> array[$1::uuid]
order by created_at desc limit 20;
