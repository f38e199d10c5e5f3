-- What a gateway in shadow would have sent, and how that compares with what another one sent.

-- name: withheld_deliveries
-- What was withheld because of a partner, in its order. $1 partner, $2 since (null: ever), $3 after, $4 limit.
select w.id, w.target, o.id as outbound, o.bytes, d.id as document, d.name, coalesce(d.keys, '{}') as keys,
  c.json as canonical, r.json as routed
from (
  select * from gateway.delivery x
  where x.state = 'withheld' and x.partner = $1 and ($2::timestamptz is null or x.created_at >= $2)
    and ($3::uuid is null or x.id > $3)
  order by x.id limit $4
) as w
left join gateway.outbound o on o.id = w.outbound
left join gateway.document d on d.id = w.document
left join gateway.canonical_body c on c.document = w.document
left join gateway.routed_body r on r.document = w.document
order by w.id;

-- name: keep_shadow_comparisons
-- Write comparisons in the place of earlier ones. $1 partner, then columns.
insert into gateway.shadow_comparison (partner, name, identity, state, ours, legacy, differences)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::jsonb[])
on conflict (partner, name, identity) do update
set state = excluded.state, ours = excluded.ours, legacy = excluded.legacy, differences = excluded.differences,
  compared_at = gateway.now();

-- name: shadow_comparisons
-- Documents of a partner that are not the same. $1 partner.
select name, identity, state, ours, legacy, differences from gateway.shadow_comparison
where partner = $1 and state <> 'same' order by name, identity;

-- name: shadow_counts
-- How many documents, by name and state. $1 partner.
select name, state, count(*) as count from gateway.shadow_comparison where partner = $1 group by 1, 2 order by 1, 2;
