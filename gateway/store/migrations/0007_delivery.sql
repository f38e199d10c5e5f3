-- Delivery: holds, limits that all processes share, order by what came first, fallback targets, deliveries that kill their worker.

-- Transmissions in the order in which they were stored, which no clock says: ids are made by nodes whose clocks differ. Those
-- of before have none: they were earlier, and among themselves go by their ids.
create sequence gateway.arrival;
alter table gateway.transmission add column arrived bigint;
alter table gateway.transmission alter column arrived set default nextval('gateway.arrival');

alter table gateway.delivery
  -- When its transmission arrived, among others.
  add column arrived bigint not null default 0,
  -- The agreement whose terms it is delivered under.
  add column agreement text,
  -- Where its document stands in its transmission: the ordinal of the interchange above that of the document. Deliveries of one
  -- sequence key go in the order of (arrived, place, id).
  add column place bigint not null default 0,
  -- For how long it waits for earlier transmissions of its partner that are not translated; null: not at all.
  add column sequence_wait interval,
  -- What it waits for while it is blocked; null: the delivery in `after`, as the route says.
  add column blocked_by text check (blocked_by in ('sequence', 'translation', 'hold')),
  -- The target that takes its place when it is dead, or when its own target was out of reach for so long.
  add column fallback text,
  add column fallback_after interval,
  -- The delivery that this one stands in for.
  add column fallback_of uuid,
  -- Whether an attempt of it may have been carried out, though it was not answered: it is never sent elsewhere then.
  add column doubtful boolean not null default false,
  -- For how long it was due and could not be tried, or was put off by what is no fault of its own: not counted as time of trying.
  add column paused interval,
  -- Attempts in a row whose process ended under them.
  add column lost smallint not null default 0;

alter table gateway.delivery drop constraint delivery_state_check;
alter table gateway.delivery add constraint delivery_state_check check (state in (
  'blocked', 'waiting', 'sending', 'in_doubt', 'delivered', 'failed', 'dead', 'voided', 'diverted')) not valid;

create index delivery_order on gateway.delivery (sequence_key, arrived, place, id)
  where sequence_key is not null and state in ('blocked', 'waiting', 'sending', 'in_doubt', 'failed', 'dead');
create index delivery_fallback on gateway.delivery (target)
  where fallback is not null and state in ('blocked', 'waiting', 'dead');
create index transmission_untranslated on gateway.transmission (coalesce(partner, ''), arrived) where state = 'received';
create index document_pending_of on gateway.document (partner, transmission) where state = 'pending';

-- Targets and partners that staff hold: nothing of theirs is delivered until they are released. Who held what is in the audit.
create table gateway.delivery_hold (
  kind text not null check (kind in ('target', 'partner')),
  name text not null,
  reason text not null,
  actor text not null,
  since timestamptz not null default gateway.now(),
  primary key (kind, name)
);

-- Limits of targets, for all processes together: calls a second, and calls in flight. A target without a row has none.
create table gateway.target_limit (
  target text primary key,
  rate double precision check (rate > 0),
  concurrency integer check (concurrency > 0),
  tokens double precision not null default 1,
  filled_at timestamptz not null default gateway.now()
) with (fillfactor = 50);

create type gateway.delivery_v2 as (
  id uuid, transmission uuid, document uuid, outbound uuid, partner text, route text, target text, action text,
  idempotency_key text, test boolean, options jsonb, priority smallint, sequence_key text, after uuid, state text,
  agreement text, place bigint, sequence_wait interval, fallback text, fallback_after interval, wait interval);
create type gateway.result_v2 as (
  delivery uuid, attempt integer, state text, delay interval, outcome text, code text, message text, reference text,
  response jsonb, started_at timestamptz, doubtful boolean, spared boolean, uncounted boolean);
create type gateway.diversion_v1 as (delivery uuid, substitute uuid, transmission uuid, reason text);

-- How many calls a target may get at this moment. A tenth of a second's worth is saved up at most.
create function gateway.tokens_v1(l gateway.target_limit) returns double precision language sql stable as $$
  select case when l.rate is null then 1
    else least(greatest(1, l.rate / 10), l.tokens + l.rate * extract(epoch from gateway.now() - l.filled_at)) end
$$;

-- What a delivery has to wait for before it may go: the nearest earlier one of its sequence key that is not finished, else a
-- transmission of its partner that came earlier and is not read to its end. Null: nothing.
create function gateway.waits_for_v1(delivery uuid, out what text, out whom uuid) language plpgsql stable as $$
declare d gateway.delivery;
begin
  select * into d from gateway.delivery x where x.id = delivery;
  if d.sequence_key is null then return; end if;
  select 'sequence', e.id into what, whom from gateway.delivery e
  where e.sequence_key = d.sequence_key and (e.arrived, e.place, e.id) < (d.arrived, d.place, d.id)
    and e.state in ('blocked', 'waiting', 'sending', 'in_doubt', 'failed', 'dead')
  order by e.arrived desc, e.place desc, e.id desc limit 1;
  if found or d.sequence_wait is null or gateway.now() >= d.created_at + d.sequence_wait then return; end if;
  -- Each look is a step in an index, however much waits; the last of them is for what came before arrivals were counted.
  select 'translation', t.id into what, whom from (values (coalesce(d.partner, '')), ('')) as sender(name)
  cross join lateral (
    (select x.id, x.arrived from gateway.transmission x
     where x.state = 'received' and coalesce(x.partner, '') = sender.name and x.channel <> 'edi.outbound'
       and x.arrived < d.arrived order by x.arrived desc limit 1)
    union all
    (select x.id, null from gateway.transmission x
     where x.state = 'received' and coalesce(x.partner, '') = sender.name and x.channel <> 'edi.outbound'
       and x.arrived is null and (d.arrived > 0 or x.id < d.transmission) limit 1)) as t
  order by t.arrived desc nulls last limit 1;
  if found then return; end if;
  with recursive pending(transmission) as (
    (select p.transmission from gateway.document p
     where p.state = 'pending' and p.partner = d.partner order by p.transmission limit 1)
    union all
    select (select p.transmission from gateway.document p
      where p.state = 'pending' and p.partner = d.partner and p.transmission > pending.transmission order by p.transmission limit 1)
    from pending where pending.transmission is not null
  )
  select 'translation', t.id into what, whom from pending join gateway.transmission t on t.id = pending.transmission
  where (t.arrived < d.arrived or t.arrived is null and (d.arrived > 0 or t.id < d.transmission) or t.id = d.transmission)
    and exists (
      select from gateway.interchange i join gateway.document p on p.interchange = i.id and p.state = 'pending'
      where i.transmission = t.id and i.state = 'accepted'
        and (t.id <> d.transmission or p.ordinal < d.place - (i.ordinal::bigint << 32)))
  order by t.arrived desc nulls last limit 1;
end
$$;

-- Locks what a target may be given now, for one call, and answers the ids: nothing while it is held, out of tokens, or has as many
-- calls in flight as it may have, and nothing of a held partner. `lowest` is the lowest class of service that may go (0 realtime,
-- 1 frequent, 2 batch); a call holds one class only, so that none waits for another's items. What has to wait for something other
-- than time is put aside as blocked at the first look, so that no claim walks over it twice. A delivery under which its process
-- ended twice in a row goes alone, and one at a time: its neighbours are not taken along. `probing`: classes take turns, and one is enough; the
-- caller has locked the breaker, and who held it before may have sent a probe since.
create function gateway.take_due_v1(to_target text, most integer, lowest integer, probing boolean) returns setof uuid
language plpgsql as $$
declare
  clock timestamptz := gateway.now();
  terms gateway.target_limit;
  live integer := 0;
  class integer := 0;
  rounds integer := 0;
  wanted integer;
  looked integer;
  fit uuid[];
  suspects uuid[];
  partners text[] := array(select h.name from gateway.delivery_hold h where h.kind = 'partner');
begin
  if exists (select from gateway.delivery_hold h where h.kind = 'target' and h.name = to_target)
    or not probing and exists (select from gateway.breaker b where b.target = to_target and b.state <> 'closed')
    or probing and not exists (select from gateway.breaker b where b.target = to_target and gateway.probe_is_due(b)) then
    return;
  end if;
  select * into terms from gateway.target_limit l where l.target = to_target for update;
  if terms.rate is not null and gateway.tokens_v1(terms) < 1 then return; end if;
  if terms.concurrency is not null then
    select count(distinct d.claim) into live from gateway.delivery d
    where d.state = 'sending' and d.target = to_target and d.claimed_until >= clock;
  end if;
  while class <= lowest and rounds < 10 loop
    rounds := rounds + 1;
    -- The last place is kept for realtime; where there is only one, other classes go an item at a time.
    exit when terms.concurrency is not null and live >= greatest(terms.concurrency - least(class, 1), 1);
    -- Where all that was looked at had to step aside, more is looked at, so that a long line is soon out of the way.
    wanted := case when rounds > 1 then greatest(most, 500) else most end;
    with looks as materialized (
      select due.* from generate_series(class, case when probing then lowest else class end) as rank
      cross join lateral (
        select d.id, d.next_attempt_at, d.lost, d.sequence_key, coalesce(d.partner = any(partners), false) as held
        from gateway.delivery d
        where d.target = to_target and d.state = 'waiting' and d.priority = rank::smallint and d.next_attempt_at <= clock
        order by d.next_attempt_at limit wanted for update skip locked) as due
      order by due.next_attempt_at limit wanted
    ), judged as materialized (
      select l.id, l.lost, l.next_attempt_at, l.held, w.what, w.whom
      from looks l left join lateral (
        select * from gateway.waits_for_v1(l.id) where l.sequence_key is not null and not l.held) as w on true
    ), aside as (
      update gateway.delivery d
      set state = 'blocked', blocked_by = case when j.held then 'hold' else j.what end,
        after = case when j.held then d.after else j.whom end
      from judged j where d.id = j.id and (j.held or j.what is not null)
    )
    select count(*), array_agg(id order by next_attempt_at) filter (where not held and what is null and lost < 2),
      array_agg(id order by next_attempt_at) filter (where not held and what is null and lost >= 2)
    into looked, fit, suspects from judged;
    if suspects is not null then
      if exists (select from gateway.delivery s where s.state = 'sending' and s.lost >= 2 and s.claimed_until >= clock) then
        update gateway.delivery set next_attempt_at = clock + interval '0.1 second' where id = any(suspects);
      else
        fit := suspects[1:1];
      end if;
    end if;
    if fit is not null then
      fit := fit[1:case when class > 0 and terms.concurrency = 1 then 1 else most end];
      exit;
    end if;
    if looked < wanted or probing then class := case when probing then lowest else class end + 1; end if;
  end loop;
  if fit is null then return; end if;
  if terms.rate is not null then
    update gateway.target_limit l set tokens = gateway.tokens_v1(l) - 1, filled_at = gateway.now() where l.target = to_target;
  end if;
  return query select unnest(fit);
end
$$;
