-- Bringing partners on: facts for the checklist, what people said about it, files that were tried.

-- name: onboarding_facts
-- What is known of a partner ($1) by the channels that partners use ($2): what came, what was taken of the last 500 interchanges,
-- first documents, acknowledgements both ways, deliveries, open failures.
with came as materialized (
  select i.id, i.transmission, i.test, i.state, t.received_at, t.channel
  from gateway.interchange i join gateway.transmission t on t.id = i.transmission
  where i.partner = $1 and t.channel = any($2::text[]) order by i.transmission desc limit 500
), documents as (
  select d.id, d.test, d.state from came join gateway.document d on d.interchange = came.id where d.state <> 'duplicate'
)
select
  (select max(c.received_at) from came c) as received_at,
  (select c.channel from came c order by c.transmission desc limit 1) as received_by,
  (select count(*) from came c where c.state = 'accepted') as known,
  (select count(*) from came c where c.state = 'refused') as refused,
  (select count(*) from documents) as documents,
  (select count(*) from documents d where d.state not in ('rejected', 'refused', 'conflict')) as taken,
  (select t.received_at from gateway.interchange i join gateway.transmission t on t.id = i.transmission
   where i.partner = $1 and i.test and i.state = 'accepted' and t.channel = any($2) order by i.transmission limit 1) as first_test,
  (select t.received_at from gateway.interchange i join gateway.transmission t on t.id = i.transmission
   where i.partner = $1 and not i.test and i.state = 'accepted' and t.channel = any($2) order by i.transmission limit 1) as first_production,
  (select max(x.settled_at) from documents d join gateway.delivery x on x.document = d.id
   where not d.test and x.state = 'delivered') as first_delivered,
  (select o.created_at from gateway.outbound o join gateway.acknowledgement a on a.outbound = o.id
   where o.partner = $1 and not exists (select from gateway.delivery x where x.outbound = o.id and x.state <> 'delivered')
   order by o.id desc limit 1) as answered_at,
  (select x.settled_at from gateway.outbound o join gateway.delivery x on x.outbound = o.id and x.state = 'delivered'
   where o.partner = $1 order by o.id desc limit 1) as sent_at,
  (select max(e.changed_at) from gateway.expectation e join gateway.outbound o on o.id = e.outbound
   where o.partner = $1 and e.state in ('accepted', 'accepted_with_errors', 'late')) as accepted_at,
  (select count(*) from gateway.expectation e where e.partner = $1 and e.state in ('overdue', 'rejected', 'partially_accepted',
   'contradicted')) as unanswered,
  (select count(*) from gateway.failure f where f.partner = $1 and f.state in ('open', 'acknowledged')) as failures,
  (select count(*) from gateway.onboarding_trial r where r.partner = $1 and r.valid is not null) as trials,
  (select count(*) from gateway.onboarding_trial r where r.partner = $1 and r.valid) as trials_valid,
  gateway.now() as now;

-- name: onboarding_notes
-- What people said last about each item of a partner ($1).
select distinct on (n.item) n.item, n.waived, n.note, n.actor, n.at
from gateway.onboarding_note n where n.partner = $1 order by n.item, n.id desc;

-- name: add_onboarding_note
-- What somebody ($5) says about an item ($2) of a partner ($1): whether it is waived ($3), and why ($4). It is audited.
with added as (
  insert into gateway.onboarding_note (partner, item, waived, note, actor) values ($1, $2, $3, $4, $5) returning id
)
insert into gateway.audit (actor, action, subject, detail)
select $5, case when $3 then 'checklist_waived' else 'checklist_noted' end, $1, jsonb_build_object('item', $2::text, 'note', $4::text)
from added returning id;

-- name: begin_onboarding_trial
-- Counts a file ($1) of a partner ($2) that somebody ($3) tries, of $4 bytes, unless $5 were tried in the last hour: then nothing is
-- told. What is older than 90 days is forgotten.
with forgotten as (
  delete from gateway.onboarding_trial r where r.partner = $2 and r.at < gateway.now() - interval '90 days'
)
insert into gateway.onboarding_trial (id, partner, actor, size)
select $1, $2, $3, $4
where (select count(*) from gateway.onboarding_trial r where r.partner = $2 and r.at > gateway.now() - interval '1 hour') < $5
returning id;

-- name: end_onboarding_trial
-- How a file ($1) fared: whether all of it would be taken ($2), and how many errors were found ($3).
update gateway.onboarding_trial set valid = $2, errors = $3 where id = $1;
