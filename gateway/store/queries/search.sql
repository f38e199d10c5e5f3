-- Searching messages. Each thing that people search by has a query that leads to transmissions, the newest first: $1 the values,
-- of which one is enough, $2 below this transmission, $3 above this one, $4 so many at most. `messages` looks at what is in them.
-- Bounds are of pairs, so that no index but that of value and transmission fits: a rare value is never looked for by walking.
-- A null among the answers: there are too many of them in no order; the search has to go another way.

-- name: search_all
-- All transmissions. $1 is null.
select t.id as transmission from gateway.transmission t
where t.id < $2 and t.id > $3 and $1::text[] is null order by t.id desc limit $4;

-- name: search_partner
-- What came from partners, or is for them.
select u.transmission from unnest($1::text[]) as v(partner) cross join lateral (
  (select i.transmission from gateway.interchange i
   where (i.partner, i.transmission) < (v.partner, $2) and (i.partner, i.transmission) > (v.partner, $3)
   order by i.partner desc, i.transmission desc limit $4)
  union all
  (select t.id from gateway.transmission t
   where (t.partner, t.id) < (v.partner, $2) and (t.partner, t.id) > (v.partner, $3) and t.state <> 'translated'
   order by t.partner desc, t.id desc limit $4)) as u
order by u.transmission desc limit $4;

-- name: search_published
-- What was published for partners, and goes out to them.
select u.transmission from unnest($1::text[]) as v(partner) cross join lateral (
  select i.transmission from gateway.interchange i
  where i.family = 'json' and (i.partner, i.transmission) < (v.partner, $2) and (i.partner, i.transmission) > (v.partner, $3)
  order by i.partner desc, i.transmission desc limit $4) as u
order by u.transmission desc limit $4;

-- name: search_channel
-- What came by channels.
select u.transmission from unnest($1::text[]) as v(channel) cross join lateral (
  select t.id as transmission from gateway.transmission t
  where (t.channel, t.id) < (v.channel, $2) and (t.channel, t.id) > (v.channel, $3)
  order by t.channel desc, t.id desc limit $4) as u
order by u.transmission desc limit $4;

-- name: search_type
-- Types of documents, as they came or as they were sent.
select u.transmission from unnest($1::text[]) as v(type) cross join lateral (
  (select d.transmission from gateway.document d
   where (d.type, d.transmission) < (v.type, $2) and (d.type, d.transmission) > (v.type, $3)
   order by d.type desc, d.transmission desc limit $4)
  union all
  (select o.transmission from gateway.outbound o
   where (o.type, o.transmission) < (v.type, $2) and (o.type, o.transmission) > (v.type, $3)
   order by o.type desc, o.transmission desc limit $4)) as u
order by u.transmission desc limit $4;

-- name: search_name
-- Canonical names of documents.
select u.transmission from unnest($1::text[]) as v(name) cross join lateral (
  select d.transmission from gateway.document d
  where (d.name, d.transmission) < (v.name, $2) and (d.name, d.transmission) > (v.name, $3)
  order by d.name desc, d.transmission desc limit $4) as u
order by u.transmission desc limit $4;

-- name: search_state
-- States that are not the usual end of documents, interchanges, transmissions and deliveries. Of what is under way there may be too
-- much to put it into an order.
with unordered as materialized (
  select * from (
    (select t.id from gateway.transmission t where t.state = 'received' and 'received' = any($1::text[]) limit 5001)
    union all (select d.transmission from gateway.delivery d where d.state = 'waiting' and 'waiting' = any($1) limit 5001)
    union all (select d.transmission from gateway.delivery d where d.state = 'blocked' and 'blocked' = any($1) limit 5001)
    union all (select d.transmission from gateway.delivery d where d.state = 'sending' and 'sending' = any($1) limit 5001)
    union all (select d.transmission from gateway.delivery d
      where d.state in ('failed', 'dead', 'in_doubt') and d.state = any($1) limit 5001)) as u(transmission) limit 5001
), found as (
  select u.transmission from unnest($1) as v(state) cross join lateral (
    (select d.transmission from gateway.document d
     where (d.state, d.transmission) < (v.state, $2)
       and (d.state, d.transmission) > (v.state, $3) and d.state not in ('routed', 'consumed')
     order by d.state desc, d.transmission desc limit $4)
    union all
    (select i.transmission from gateway.interchange i
     where (i.state, i.transmission) < (v.state, $2) and (i.state, i.transmission) > (v.state, $3) and i.state <> 'accepted'
     order by i.state desc, i.transmission desc limit $4)
    union all
    (select d.transmission from gateway.delivery d
     where (d.state, d.transmission) < (v.state, $2)
       and (d.state, d.transmission) > (v.state, $3) and d.state in ('voided', 'diverted')
     order by d.state desc, d.transmission desc limit $4)) as u
  union all
  (select t.id from gateway.transmission t where t.state in ('failed', 'unreadable') and t.state = any($1) and t.id < $2
    and t.id > $3
   order by t.id desc limit $4)
  union all
  (select t.id from gateway.transmission t where t.state = 'replaying' and 'replaying' = any($1) and t.id < $2 and t.id > $3
   order by t.id desc limit $4)
  union all
  select u.transmission from unordered u where u.transmission < $2 and u.transmission > $3
  union all
  (select x.transmission from gateway.outbound_document o join gateway.document x on x.id = o.document
   where o.state in ('rejected_by_partner', 'voided') and o.state = any($1) and x.transmission < $2 and x.transmission > $3)
)
(select null::uuid as transmission from (select count(*) as many from unordered) as c where c.many > 5000)
union all
(select found.transmission from found order by found.transmission desc limit $4);

-- name: search_target
-- What was, or is to be, delivered to targets.
with unordered as materialized (
  select * from (
    (select d.transmission from gateway.delivery d where d.state = 'waiting' and d.target = any($1::text[]) limit 5001)
    union all (select d.transmission from gateway.delivery d where d.state = 'blocked' and d.target = any($1) limit 5001)
    union all (select d.transmission from gateway.delivery d where d.state = 'sending'
      and d.target = any($1) limit 5001)) as u limit 5001
), found as (
  select u.transmission from unnest($1) as v(target) cross join lateral (
    select d.transmission from gateway.delivery d
    where (d.target, d.transmission) < (v.target, $2)
      and (d.target, d.transmission) > (v.target, $3) and d.state not in ('blocked', 'waiting', 'sending')
    order by d.target desc, d.transmission desc limit $4) as u
  union all
  select u.transmission from unordered u where u.transmission < $2 and u.transmission > $3
)
(select null::uuid as transmission from (select count(*) as many from unordered) as c where c.many > 5000)
union all
(select found.transmission from found order by found.transmission desc limit $4);

-- name: search_owner
-- What owners of failures have, or had, to look after.
select u.transmission from gateway.failure f cross join lateral (
  select c.transmission from gateway.failure_case c
  where (c.fingerprint, c.transmission) < (f.fingerprint, $2) and (c.fingerprint, c.transmission) > (f.fingerprint, $3)
  order by c.fingerprint desc, c.transmission desc limit $4) as u
where f.owner = any($1::text[])
order by u.transmission desc limit $4;

-- name: search_control_number
-- Control numbers without leading zeros: of interchanges, of sets and messages, and of what we sent, acknowledgements as well.
select u.transmission from unnest($1::text[]) as v(number) cross join lateral (
  (select i.transmission from gateway.interchange i
   where (ltrim(i.control_number, '0'), i.transmission) < (v.number, $2)
     and (ltrim(i.control_number, '0'), i.transmission) > (v.number, $3)
   order by ltrim(i.control_number, '0') desc, i.transmission desc limit $4)
  union all
  (select d.transmission from gateway.document d
   where (ltrim(d.control_number, '0'), d.transmission) < (v.number, $2)
     and (ltrim(d.control_number, '0'), d.transmission) > (v.number, $3)
   order by ltrim(d.control_number, '0') desc, d.transmission desc limit $4)
  union all
  (select o.transmission from gateway.outbound o
   where (ltrim(o.control_number, '0'), o.transmission) < (v.number, $2)
     and (ltrim(o.control_number, '0'), o.transmission) > (v.number, $3)
   order by ltrim(o.control_number, '0') desc, o.transmission desc limit $4)) as u
order by u.transmission desc limit $4;

-- name: search_keys
-- Business keys, as `kind:number`.
with found as materialized (
  select d.transmission from gateway.document d where d.keys && $1::text[]
)
select f.transmission from found f where f.transmission < $2 and f.transmission > $3 order by f.transmission desc limit $4;

-- name: search_file
-- File names.
select u.transmission from unnest($1::text[]) as v(name) cross join lateral (
  select t.id as transmission from gateway.transmission t
  where left(t.name, 120) collate "C" = left(v.name, 120) and t.name = v.name and t.id < $2 and t.id > $3
     order by t.id desc limit $4) as u
order by u.transmission desc limit $4;

-- name: search_message_id
-- Message-IDs of AS2, with or without brackets: of what came, and of what we sent.
select u.transmission from gateway.transfer x cross join lateral (
  select unnest(x.transmissions) as transmission
  union all select o.transmission from gateway.outbound o where o.id = x.outbound) as u
where btrim(x.message_id, '<> ') = any($1::text[]) and u.transmission < $2 and u.transmission > $3
order by u.transmission desc limit $4;

-- name: search_reference
-- The names that applications gave: of what was delivered to them, or of orders and what belongs to those.
with found as materialized (
  select d.transmission from gateway.delivery d where d.reference = any($1::text[])
  union all
  select e.transmission from gateway.order_link l join gateway.order_event e on e.trade_order = l.trade_order
  where l.value = any($1)
)
select f.transmission from found f where f.transmission < $2 and f.transmission > $3 order by f.transmission desc limit $4;

-- name: search_progress
-- What was said of orders that are in a state.
with orders as materialized (
  select o.id from gateway.trade_order o where o.state = any($1::text[]) limit 5001
), found as materialized (
  select e.transmission from orders join gateway.order_event e on e.trade_order = orders.id
  where (select count(*) from orders) <= 5000
)
(select null::uuid as transmission from (select count(*) as many from orders) as c where c.many > 5000)
union all
(select f.transmission from found f where f.transmission < $2 and f.transmission > $3 order by f.transmission desc limit $4);

-- name: search_word
-- What a word may mean: $1 its forms, $5 inside, $6 kinds of business keys, $7 the id that it is.
with found as materialized (
  select d.transmission from gateway.document d
  where d.keys && array(select kind || ':' || form from unnest($6::text[]) as kind cross join unnest($1::text[]) as form)
    or d.id = $7::uuid
  union all
  select t.id from gateway.transmission t where t.id = $7
  union all
  select i.transmission from gateway.interchange i where i.id = $7
  union all
  select o.transmission from gateway.outbound o where o.id = $7 or ltrim(o.control_number, '0') = any($1)
  union all
  select u.transmission from gateway.transfer x cross join lateral (
    select unnest(x.transmissions) as transmission
    union all select o.transmission from gateway.outbound o where o.id = x.outbound) as u
  where btrim(x.message_id, '<> ') = any(select btrim(form, '<> ') from unnest($1) as form)
  union all
  select d.transmission from gateway.delivery d where $5::boolean and (d.reference = any($1) or d.id = $7)
  union all
  select e.transmission from gateway.order_link l join gateway.order_event e on e.trade_order = l.trade_order
  where $5 and l.value = any($1)
)
select u.transmission from (
  (select f.transmission from found f where f.transmission < $2 and f.transmission > $3 order by f.transmission desc limit $4)
  union all
  select n.transmission from unnest($1) as v(form) cross join lateral (
    (select i.transmission from gateway.interchange i
     where (ltrim(i.control_number, '0'), i.transmission) < (v.form, $2)
       and (ltrim(i.control_number, '0'), i.transmission) > (v.form, $3)
     order by ltrim(i.control_number, '0') desc, i.transmission desc limit $4)
    union all
    (select t.id from gateway.transmission t
     where left(t.name, 120) collate "C" = left(v.form, 120) and t.name = v.form and t.id < $2 and t.id > $3
     order by t.id desc limit $4)) as n) as u
order by u.transmission desc limit $4;

-- name: place_of_row
-- The transmission of a row of the list.
select coalesce(
  (select d.transmission from gateway.document d where d.id = $1),
  (select i.transmission from gateway.interchange i where i.id = $1), $1) as transmission;

-- name: messages
-- The list support staff look at: one row a document (or an interchange or a transmission without any), newest first, of the given
-- transmissions; bodies are never loaded. Null means any.
-- $1 transmissions, $2 continue after this row of $3, $4 limit, $5 inside: also what is no business of partners.
-- Of these one is enough: $6 partners, $7 channels, $8 directions, $9 types, $10 names, $11 states, $12 targets, $13 owners.
-- The same that must not be: $14 to $21. $22 control numbers, $23 after, $24 before, $25 business keys (kind:value), $26 file names,
-- $27 Message-IDs, $28 references, $29 states of orders. $30, $31 and $33 words by their number, their forms and the ids they
-- may be, $32 kinds of keys for them.
with hits as materialized (
  select w.n, h.transmission, h.part
    from unnest($30::integer[], $31::text[], $33::uuid[]) as w(n, form, uuid) cross join lateral (
    select d.transmission, d.id as part from gateway.document d
    where d.keys && array(select kind || ':' || w.form from unnest($32::text[]) as kind) or d.id = w.uuid
    union all
    select i.transmission, i.id from gateway.interchange i where ltrim(i.control_number, '0') = w.form or i.id = w.uuid
    union all
    select o.transmission, coalesce(a.interchange, o.id) from gateway.outbound o
    left join gateway.acknowledgement a on a.outbound = o.id
    where ltrim(o.control_number, '0') = w.form or o.id = w.uuid
    union all
    select t.id, null from gateway.transmission t
    where (left(t.name, 120) collate "C" = left(w.form, 120) and t.name = w.form) or t.id = w.uuid
    union all
    select u.transmission, null from gateway.transfer x cross join lateral (
      select unnest(x.transmissions) as transmission
      union all select o.transmission from gateway.outbound o where o.id = x.outbound) as u
    where btrim(x.message_id, '<> ') = btrim(w.form, '<> ')
    union all
    select d.transmission, coalesce(d.document, d.outbound) from gateway.delivery d where $5
      and (d.reference = w.form or d.id = w.uuid)
    union all
    select e.transmission, e.document from gateway.order_link l join gateway.order_event e on e.trade_order = l.trade_order
    where $5 and l.value = w.form) as h
  where h.transmission = any($1::uuid[])
), listed as materialized (
  select t.id as transmission, r.*, t.received_at as at, coalesce(r.of_partner, t.partner) as partner, t.channel, t.name as file,
    t.size, coalesce(r.own_state, t.state) as state,
    case when t.channel = 'edi.outbound' then 'out' when t.channel like 'trigger:%' then 'internal' else 'in' end as direction
  from gateway.transmission t
  cross join lateral (
    (select d.id, i.id as interchange, d.id as document, i.partner as of_partner, coalesce(s.type, d.type) as type, d.name,
       d.keys, coalesce(b.control_number, i.control_number) as control_number,
       case when s.state <> 'sealed' then s.state else d.state end as own_state, i.sender, d.verdict, d.route,
       coalesce(s.control_number, d.control_number) as document_number, s.outbound, s.ordinal as sent_as, d.state as first_state,
       i.control_number as came_as
     from gateway.document d join gateway.interchange i on i.id = d.interchange
     left join lateral (
       select x.outbound, x.ordinal, x.type, x.control_number, x.state from gateway.outbound_document x
       where x.document = d.id and t.channel = 'edi.outbound' order by x.outbound desc limit 1) as s on true
     left join gateway.outbound b on b.id = s.outbound
     where d.transmission = t.id and (t.id < $3 or d.id < $2)
       and ($22::text[] is null or ltrim(i.control_number, '0') = any($22) or ltrim(d.control_number, '0') = any($22)
         or ltrim(b.control_number, '0') = any($22) or ltrim(s.control_number, '0') = any($22) or exists (
           select from gateway.acknowledgement a join gateway.outbound o on o.id = a.outbound
           where a.interchange = i.id and ltrim(o.control_number, '0') = any($22)))
       and ($25::text[] is null or d.keys && $25)
       and ($6::text[] is null or i.partner = any($6) or i.partner is null)
       and ($9::text[] is null or d.type = any($9) or s.type = any($9))
       and ($10::text[] is null or d.name = any($10))
       and ($29::text[] is null or exists (
         select from gateway.order_event e join gateway.trade_order o on o.id = e.trade_order
         where e.document = d.id and o.state = any($29)))
    
     order by d.id desc limit case when $11::text[] is null and $12::text[] is null and $13::text[] is null
       and $14::text[] is null
       and $15::text[] is null and $16::text[] is null and $17::text[] is null and $18::text[] is null and $19::text[] is null
       and $20::text[] is null and $21::text[] is null and $30::integer[] is null then $4::bigint end)
    union all
    (select i.id, i.id, null, i.partner, i.family, null, '{}'::text[], i.control_number, i.state, i.sender, i.verdict, null, null,
       null, null, i.state, i.control_number
     from gateway.interchange i
     where i.transmission = t.id and (t.id < $3 or i.id < $2)
       and not exists (select from gateway.document d where d.interchange = i.id)
       and ($22::text[] is null or ltrim(i.control_number, '0') = any($22))
       and $25::text[] is null and $9::text[] is null and $10::text[] is null and $29::text[] is null)
    union all
    (select t.id, null, null, null, null, null, '{}'::text[], '', null, null, null, null, null, null, null, t.state, ''
     where (t.id < $3 or t.id < $2) and not exists (select from gateway.interchange i where i.transmission = t.id)
       and $22::text[] is null and $25::text[] is null and $9::text[] is null and $10::text[] is null and $29::text[] is null)
  ) as r
  where t.id = any($1::uuid[])
    and ($23::timestamptz is null or t.received_at >= $23)
    and ($24::timestamptz is null or t.received_at < $24)
    and ($7::text[] is null or t.channel = any($7))
    and ($26::text[] is null or t.name = any($26))
    and ($27::text[] is null or exists (
      select from gateway.transfer x where btrim(x.message_id, '<> ') = any($27)
        and (t.id = any(x.transmissions) or x.outbound = r.outbound)))
    and ($13::text[] is null or exists (
      select from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
      where c.transmission = t.id and f.owner = any($13)))
    and ($21::text[] is null or not exists (
      select from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
      where c.transmission = t.id and f.owner = any($21)))
    and ($28::text[] is null
      or exists (select from gateway.delivery x where x.transmission = t.id and x.reference = any($28))
      or exists (select from gateway.order_event e join gateway.order_link l on l.trade_order = e.trade_order
        where e.transmission = t.id and l.value = any($28)))
), page as materialized (
  select l.* from listed l
  where ($5 or (l.direction = 'in' or l.outbound is not null))
    and ($6::text[] is null or l.partner = any($6))
    and ($8::text[] is null or l.direction = any($8))
    and ($11::text[] is null or l.state = any($11) or l.first_state = any($11) or ($5 and exists (
      select from gateway.delivery x
      where ((x.transmission = l.transmission and x.document = l.document) or x.outbound = l.outbound) and x.state = any($11))))
    and ($12::text[] is null or exists (
      select from gateway.delivery x
      where ((x.transmission = l.transmission and x.document = l.document) or x.outbound = l.outbound) and x.target = any($12)))
    and ($14::text[] is null or not coalesce(l.partner = any($14), false))
    and ($15::text[] is null or l.channel <> all($15))
    and ($16::text[] is null or l.direction <> all($16))
    and ($17::text[] is null or not coalesce(l.type = any($17), false))
    and ($18::text[] is null or not coalesce(l.name = any($18), false))
    and ($19::text[] is null or not (l.state = any($19) or l.first_state = any($19) or ($5 and exists (
      select from gateway.delivery x
      where ((x.transmission = l.transmission and x.document = l.document) or x.outbound = l.outbound) and x.state = any($19)))))
    and ($20::text[] is null or not exists (
      select from gateway.delivery x
      where ((x.transmission = l.transmission and x.document = l.document) or x.outbound = l.outbound) and x.target = any($20)))
    and ($30::integer[] is null or (select max(n) from unnest($30) as n) = (
      select count(distinct h.n) from hits h
      where h.transmission = l.transmission and (h.part is null or h.part in (l.interchange, l.document, l.outbound))))
  order by l.transmission desc, l.id desc limit $4
)
select p.id, p.transmission, p.at, p.direction, p.partner, p.channel, p.type, coalesce(p.name, case when p.document is null then p.file end) as name,
  p.file, p.keys, p.control_number, p.state, p.sender, p.size, p.verdict, p.route, p.document_number, p.document, p.outbound,
  (select jsonb_agg(jsonb_build_object('target', x.target, 'state', x.state, 'attempt', x.attempt, 'reference', x.reference,
     'code', x.code, 'message', x.message, 'next_attempt_at', x.next_attempt_at, 'blocked_by', x.blocked_by, 'after', x.after,
     'held_by', h.actor, 'held_because', h.reason) order by x.id)
   from gateway.delivery x left join gateway.delivery_hold h on x.state in ('blocked', 'waiting')
     and h.kind = case when x.blocked_by = 'hold' then 'partner' else 'target' end
     and h.name = case when x.blocked_by = 'hold' then x.partner else x.target end
   where (x.transmission = p.transmission and x.document = p.document) or x.outbound = p.outbound) as deliveries,
  (select jsonb_agg(jsonb_build_object('type', a.type, 'verdict', a.verdict, 'state', coalesce(
     (select y.state from gateway.delivery y where y.outbound = a.outbound order by y.id desc limit 1), 'stored')))
   from gateway.acknowledgement a where a.interchange = p.interchange) as acknowledgements,
  (select jsonb_agg(jsonb_build_object('kind', e.kind, 'layer', e.layer, 'state', e.state, 'due_at', e.due_at, 'person', e.person,
     'reason', e.reason) order by e.id)
   from gateway.expectation e where e.outbound = p.outbound and (e.document is null or e.document = p.sent_as)) as expectations,
  (select jsonb_agg(jsonb_build_object('code', f.code, 'message', c.message, 'owner', f.owner,
     'state', case when c.closed_at is null then f.state else 'resolved' end))
   from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
   where c.subject = any(array[p.transmission, p.interchange, p.document] || array(
     select x.id from gateway.delivery x
     where (x.transmission = p.transmission and x.document = p.document) or x.outbound = p.outbound) || array(
     select e.id from gateway.expectation e
     where e.outbound = p.outbound and (e.document is null or e.document = p.sent_as)))) as failures
from page p order by p.transmission desc, p.id desc;

-- name: find_transmissions
-- Resolves what people say to transmissions, newest first: any id, business key, control number, reference, Message-ID or file name.
-- $1 its forms, $2 the id that it is, $3 limit, $4 kinds of business keys.
select t.id from gateway.transmission t where t.id = any(array(
  select n.id from unnest($1::text[]) as v(form) join gateway.transmission n
    on left(n.name, 120) collate "C" = left(v.form, 120) and n.name = v.form
  union select $2::uuid
  union select d.transmission from gateway.document d
    where d.keys && ($1 || array(select kind || ':' || form
      from unnest($4::text[]) as kind cross join unnest($1) as form)) or d.id = $2
  union select i.transmission from gateway.interchange i where ltrim(i.control_number, '0') = any($1) or i.id = $2
  union select o.transmission from gateway.outbound o where ltrim(o.control_number, '0') = any($1) or o.id = $2
  union select d.transmission from gateway.delivery d where d.reference = any($1) or d.id = $2
  union select u.id from gateway.transfer x cross join lateral (
      select unnest(x.transmissions) as id
      union all select o.transmission from gateway.outbound o where o.id = x.outbound) as u
    where btrim(x.message_id, '<> ') = any(select btrim(form, '<> ') from unnest($1) as form)
  union select e.transmission from gateway.order_link l join gateway.order_event e on e.trade_order = l.trade_order
    where l.value = any($1)))
order by t.received_at desc limit $3;
