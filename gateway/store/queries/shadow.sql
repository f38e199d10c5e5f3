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

-- name: shadow_tallies
-- How many documents of partners, by name and state, and when one of them was compared last. $1 partners.
select partner, name, state, count(*) as count, max(compared_at) as compared_at
from gateway.shadow_comparison where partner = any($1::text[]) group by 1, 2, 3 order by 1, 2, 3;

-- name: shadow_withheld
-- When the first and the last delivery that are withheld of each partner were decided. $1 partners.
select p.partner, first.created_at as since, last.created_at as until
from unnest($1::text[]) as p (partner)
left join lateral (
  select w.created_at from gateway.delivery w where w.state = 'withheld' and w.partner = p.partner order by w.id limit 1
) as first on true
left join lateral (
  select w.created_at from gateway.delivery w where w.state = 'withheld' and w.partner = p.partner order by w.id desc limit 1
) as last on true;

-- name: shadow_elements
-- Elements that differ, by document, and in how many of them; the most frequent first. $1 partner, $2 limit.
select c.name as document, d.element, count(distinct c.identity) as documents
from gateway.shadow_comparison c cross join lateral jsonb_to_recordset(c.differences) as d (element text)
where c.partner = $1 and c.state = 'different' group by 1, 2 order by 3 desc, 1, 2 limit $2;

-- name: shadow_page
-- Documents that are not the same, in the order of their names, with the message that ours belongs to.
-- $1 partner, $2 name, $3 state, $4 element (null: any), $5 and $6 name and identity to go on after, $7 limit.
select c.name, c.identity, c.state, c.legacy, c.differences, c.compared_at, d.transmission as message
from gateway.shadow_comparison c left join gateway.delivery d on d.id = c.ours
where c.partner = $1 and c.state <> 'same' and ($2::text is null or c.name = $2) and ($3::text is null or c.state = $3)
  and ($4::text is null or c.differences @> jsonb_build_array(jsonb_build_object('element', $4::text)))
  and ($5::text is null or (c.name, c.identity) > ($5, $6::text))
order by c.name, c.identity limit $7;
