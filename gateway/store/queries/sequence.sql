-- name: lock_received_numbers
-- The last control number of each pair of partners, locked until the transaction ends, so that numbers are judged one by one.
insert into gateway.received_number (family, sender, receiver, test)
select family, sender, receiver, test from unnest($1::gateway.received_number_v1[])
group by family, sender, receiver, test order by family, sender, receiver, test
on conflict (family, sender, receiver, test) do update set at = received_number.at
returning family, sender, receiver, test, last;

-- name: advance_received_numbers
-- Remembers last numbers, what is missing before them, and what came late; closes the cases of those that came too early when
-- nothing is missing before them any more. Answers the transmissions that may go on, because something came that they wait for.
-- $1 last numbers, $2 missing numbers, $3 numbers that came late (`last` is the number), $4 the pairs as they are waited for.
with advanced as (
  update gateway.received_number n set last = r.last, interchange = r.interchange, at = gateway.now()
  from unnest($1::gateway.received_number_v1[]) as r
  where n.family = r.family and n.sender = r.sender and n.receiver = r.receiver and n.test = r.test
), missing as (
  insert into gateway.missing_number (family, sender, receiver, test, number, interchange, fingerprint)
  select r.* from unnest($2::gateway.missing_number_v1[]) as r
  on conflict do nothing
), found as (
  delete from gateway.missing_number m using unnest($3::gateway.received_number_v1[]) as r
  where m.family = r.family and m.sender = r.sender and m.receiver = r.receiver and m.test = r.test and m.number = r.last
  returning m.interchange, m.fingerprint, m.number
), complete as (
  select distinct f.interchange, f.fingerprint from found f where not exists (
    select from gateway.missing_number m where m.interchange = f.interchange
      and m.number not in (select number from found g where g.interchange = f.interchange))
), closed as (
  select gateway.close_cases_v1(array_agg(interchange), array_agg(fingerprint)) from complete having count(*) > 0
), released as (
  update gateway.transmission t set claimed_until = null
  where t.state in ('received', 'replaying') and t.claim is null and t.held_for = any($4::text[])
  returning t.id
)
select released.id from (select count(*) from closed) as c left join released on true;

-- name: release_interchange_keys
-- Forgets the control numbers of interchanges that were refused for their order: they may come again.
delete from gateway.interchange_key where interchange = any($1::uuid[]);

-- name: hold_transmission
-- Lets a transmission wait for the numbers before its own, once for the agreed time; when they came in the meantime it goes on.
-- $1 transmission, $2 its claim, $3 how long, $4 the pair it waits for, $5 the pair's row, $6 the last number it can follow.
with pair as (
  select n.last from gateway.received_number n, unnest($5::gateway.received_number_v1[]) as r
  where n.family = r.family and n.sender = r.sender and n.receiver = r.receiver and n.test = r.test for update of n
), ready as (
  select coalesce((select last from pair) >= $6, false) as now
)
update gateway.transmission t
set claim = null, starts = greatest(t.starts - 1, 0), held_for = $4,
  held_until = coalesce(t.held_until, gateway.now() + $3::interval),
  claimed_until = case when ready.now then null else coalesce(t.held_until, gateway.now() + $3::interval) end
from ready where t.id = $1 and t.claim = $2 and t.state in ('received', 'replaying')
returning t.held_until, ready.now as ready;

-- name: close_held_cases
-- Ends the cases of transmissions that waited for earlier numbers and wait no more.
select gateway.close_cases_v1($1::uuid[], 'gateway', 'the numbers before it came');
