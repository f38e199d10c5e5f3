-- name: begin_api_call
-- Take up a request under its key: a new one, one whose day is over, or one that was broken off before it did anything. Answers the
-- number of the attempt; nothing where it is known, under way or done. A few whose day is over go.
with removed as (
  delete from gateway.api_call where (account, key) in (
    select account, key from gateway.api_call where begun_at < gateway.now() - $6::interval and (account, key) <> ($1, $2)
    order by begun_at limit 20 for update skip locked)
)
insert into gateway.api_call as c (account, key, operation, asked, held_until) values ($1, $2, $3, $4, gateway.now() + $5::interval)
on conflict (account, key) do update set operation = excluded.operation, asked = excluded.asked, attempt = c.attempt + 1,
  acted = false, begun_at = gateway.now(), held_until = excluded.held_until, status = null, media_type = null, answer = null
where c.begun_at < gateway.now() - $6::interval
  or (c.asked = excluded.asked and c.status is null and not c.acted and c.held_until < gateway.now())
returning attempt;

-- name: api_call
-- How it stands with a request.
select operation, asked, acted, status, media_type, answer, held_until < gateway.now() as lapsed
from gateway.api_call where account = $1 and key = $2;

-- name: note_api_call
-- At the end of a transaction of a request: if it wrote anything, that the request did something. Raises ZL002 when the request is
-- no longer this attempt's.
select gateway.note_api_call_v1($1, $2, $3);

-- name: finish_api_call
-- Keep the answer of a request for those that repeat it.
update gateway.api_call set status = $4, media_type = $5, answer = $6
where account = $1 and key = $2 and attempt = $3 and status is null;

-- name: give_up_api_call
-- A request ended without having done anything: its key is free again. One that did something before it failed is known as that from
-- now on.
with freed as (
  delete from gateway.api_call where account = $1 and key = $2 and attempt = $3 and status is null and not acted
)
update gateway.api_call set held_until = gateway.now()
where account = $1 and key = $2 and attempt = $3 and status is null and acted;

-- name: news
-- How much there is of late of each kind, by partner and by slices of five seconds in which its ids were made. Who looks again and
-- again sees the slices grow, also by what was committed late.
select kind, partner, slice, count(*) as rows from (
  select 'messages' as kind, partner, id from gateway.transmission where id >= gateway.id_at_v1(gateway.now() - interval '15 seconds')
  union all
  select 'deliveries', partner, id from gateway.delivery where id >= gateway.id_at_v1(gateway.now() - interval '15 seconds')
) made, lateral (select ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 5000 as slice) sliced
group by kind, partner, slice
union all
select 'failures', f.partner, (extract(epoch from e.at) / 5)::bigint, count(*)
from (select * from gateway.failure_event order by id desc limit 500) e join gateway.failure f on f.id = e.failure
where e.action in ('opened', 'came_back') and e.at >= gateway.now() - interval '15 seconds'
group by f.partner, (extract(epoch from e.at) / 5)::bigint;
