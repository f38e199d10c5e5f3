-- Traffic: how much comes from whom by the hour. What is usual is learned from it, and silence is noticed by it.

-- name: count_traffic
-- Counts what came in the hours from $1 to before $2 anew: documents of partners by the channels of $3, and what the applications
-- of $4 said, by their channel or of orders. Test documents count for nothing.
insert into gateway.traffic_hour (source, document, hour, number, last_at)
select n.source, n.document, n.hour, sum(n.number), max(n.last_at)
from (
  select coalesce(d.partner, t.partner) as source, coalesce(d.name, d.type) as document, date_trunc('hour', t.received_at, 'UTC') as hour,
    count(*) as number, max(t.received_at) as last_at
  from gateway.document d join gateway.transmission t on t.id = d.transmission
  where d.id >= gateway.id_at_v1($1) and d.id < gateway.id_at_v1($2::timestamptz + interval '1 hour') and t.received_at >= $1
    and t.received_at < $2 and t.channel = any($3::text[]) and not d.test and coalesce(d.partner, t.partner) is not null
  group by 1, 2, 3
  union all
  select t.channel, '', date_trunc('hour', t.received_at, 'UTC'), count(*), max(t.received_at)
  from gateway.transmission t
  where t.channel = any($4::text[]) and t.id >= gateway.id_at_v1($1) and t.id < gateway.id_at_v1($2) and t.received_at >= $1
    and t.received_at < $2
  group by 1, 3
  union all
  select e.source, '', date_trunc('hour', e.heard_at, 'UTC'), count(*), max(e.heard_at)
  from gateway.order_event e
  where e.source = any($4) and e.id >= gateway.id_at_v1($1) and e.id < gateway.id_at_v1($2) and e.heard_at >= $1 and e.heard_at < $2
    and e.transmission is null and not e.test
  group by 1, 3) as n
group by n.source, n.document, n.hour
on conflict (source, document, hour) do update set number = excluded.number, last_at = excluded.last_at;

-- name: counted_until
-- The last hour that was counted of all; null where none was. Of it on, everything is counted anew.
select max(hour) as hour from gateway.traffic_hour;

-- name: traffic_days
-- What came from sources ($1) by days of their zones ($2), since $3: by the full hour that it is now there, and in all.
select t.source, t.document, (t.hour at time zone z.zone)::date as day,
  coalesce(sum(t.number) filter (where extract(hour from t.hour at time zone z.zone) < extract(hour from gateway.now() at time zone z.zone)), 0)::bigint
    as by_now,
  sum(t.number)::bigint as whole, max(t.last_at) as last
from gateway.traffic_hour t join unnest($1::text[], $2::text[]) as z(source, zone) on z.source = t.source
where t.hour >= $3::timestamptz
group by 1, 2, 3 order by 1, 2, 3;

-- name: forget_traffic
-- Removes what is older than anything that is learned from: $1.
delete from gateway.traffic_hour t where t.hour < $1::timestamptz;
