-- Large bodies that are stored piece by piece while they arrive, before there is a transmission.

-- name: stage_piece
-- Adds a piece, and remembers that nothing names it yet.
with marked as (
  insert into gateway.staged_body (transmission) values ($1) on conflict do nothing
)
insert into gateway.raw_body (transmission, ordinal, bytes) values ($1, $2, $3);

-- name: drop_staged
-- Removes the pieces of a body that became no transmission.
with gone as (
  delete from gateway.staged_body s
  where s.transmission = $1 and not exists (select from gateway.transmission t where t.id = s.transmission)
  returning s.transmission
)
delete from gateway.raw_body b using gone where b.transmission = gone.transmission;

-- name: remove_abandoned
-- Forgets marks older than $1, at most 100 at once; the pieces of those that became no transmission go with them.
with old as (
  select transmission from gateway.staged_body where since < gateway.now() - $1::interval
  order by since limit 100 for update skip locked
), forgotten as (
  delete from gateway.staged_body s using old where s.transmission = old.transmission returning s.transmission
), gone as (
  select transmission from forgotten f where not exists (select from gateway.transmission t where t.id = f.transmission)
), removed as (
  delete from gateway.raw_body b using gone where b.transmission = gone.transmission
)
select transmission from gone;
