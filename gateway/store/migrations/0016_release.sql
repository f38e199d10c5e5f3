-- Release to warehouses: orders to them wait at a gate until no rule holds them and the goods are there, and go once.

-- `held` at the gate; then `released`, as transmissions of their own, or `withdrawn`.
alter table gateway.document drop constraint document_state_check;
alter table gateway.document add constraint document_state_check check (state in (
  'pending', 'rejected', 'refused', 'duplicate', 'conflict', 'unmapped', 'unrouted', 'stopped', 'routed', 'consumed',
  'held', 'released', 'withdrawn')) not valid;
-- What the gate let through: it does not pass it again.
alter table gateway.transmission add column release uuid;

-- An order to a warehouse at the gate, by the id of its document. `subject` is what it and its changes and cancellations have in
-- common, `items` are the names of its goods. It is looked at again at `look_at`; null: not before somebody has news of it.
-- `told` is the milestone that was said of it last. `wants` are the lines that it asks for; it is `covered` where other orders have
-- all of that.
create table gateway.warehouse_release (
  id uuid primary key,
  arrived bigint generated always as identity,
  transmission uuid not null,
  partner text not null,
  test boolean not null,
  state text not null check (state in (
    'arrived', 'held', 'planned', 'partly_released', 'released', 'refused', 'withdrawn')),
  keys text[] not null default '{}',
  purpose text not null default '',
  subject text not null default '',
  number text not null default '',
  order_number text,
  trade_order uuid,
  customer text,
  items text[] not null default '{}',
  rank smallint not null default 0,
  look_at timestamptz,
  go_at timestamptz,
  told text not null default '',
  rounds integer not null default 0,
  note text not null default '',
  wants jsonb not null default '[]',
  covered boolean not null default false,
  created_at timestamptz not null default gateway.now(),
  changed_at timestamptz not null default gateway.now()
) with (fillfactor = 70);
create index warehouse_release_due on gateway.warehouse_release (rank, arrived) where look_at is not null;
create index warehouse_release_subject on gateway.warehouse_release (subject, arrived);
create index warehouse_release_order on gateway.warehouse_release (trade_order) where trade_order is not null;
create index warehouse_release_waiting on gateway.warehouse_release (id) where state in ('arrived', 'held', 'planned', 'partly_released');
create index warehouse_release_unseen on gateway.warehouse_release (arrived) where state = 'arrived';
create index warehouse_release_transmission on gateway.warehouse_release (transmission);

-- Why it is held, who answers for that, and until when; who let it pass.
create table gateway.release_hold (
  id uuid primary key,
  release uuid not null,
  hold text not null,
  kind text not null,
  reason text not null,
  owner text not null,
  state text not null check (state in ('open', 'overdue', 'cleared', 'approved', 'refused', 'withdrawn')),
  since timestamptz not null default gateway.now(),
  due_at timestamptz not null,
  ended_at timestamptz,
  actor text,
  note text not null default '',
  unique (release, hold)
) with (fillfactor = 70);
create index release_hold_due on gateway.release_hold (due_at) where state = 'open';
create index release_hold_standing on gateway.release_hold (id) where state in ('open', 'overdue');

-- What was released to whom: a transmission each. `lines` say so much of which line, and how much of that was refused there.
create table gateway.release_part (
  id uuid primary key,
  release uuid not null,
  ordinal integer not null,
  warehouse text not null,
  partner text not null,
  number text not null,
  transmission uuid not null,
  lines jsonb not null,
  state text not null check (state in ('sent', 'refused', 'withdrawn')),
  note text not null default '',
  at timestamptz not null default gateway.now(),
  unique (release, ordinal)
) with (fillfactor = 70);
create index release_part_transmission on gateway.release_part (transmission);

-- What each warehouse last said of its stock. `reserved` null: its reports do not take off what it was told to ship.
create table gateway.stock_level (
  warehouse text not null,
  item text not null,
  names text[] not null,
  unit text,
  on_hand numeric not null,
  reserved numeric,
  inbound jsonb not null default '[]',
  as_of timestamptz not null,
  document uuid not null,
  primary key (warehouse, item)
) with (fillfactor = 70);
create index stock_level_names on gateway.stock_level using gin (names);

-- What we have promised since: for orders that are held, and for those that were released and are not in the warehouse's figures.
create table gateway.stock_reservation (
  release uuid not null,
  warehouse text not null,
  item text not null,
  place integer not null,
  quantity numeric not null check (quantity > 0),
  -- Whether the warehouse was told to ship it, and since when; else since when it is kept.
  released boolean not null,
  at timestamptz not null default gateway.now(),
  primary key (release, warehouse, item, place, released)
) with (fillfactor = 70);
create index stock_reservation_item on gateway.stock_reservation (warehouse, item);

-- Items whose master data a warehouse was given, by the names it knows them by.
create table gateway.warehouse_item (
  warehouse text not null,
  name text not null,
  at timestamptz not null default gateway.now(),
  primary key (warehouse, name)
);

-- Documents about stock and items that have not been read for that yet: a queue, as `order_news` is.
create table gateway.stock_news (document uuid primary key, at timestamptz not null default gateway.now());
alter table gateway.stock_news set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

create function gateway.tells_of_stock_v1(name text, state text) returns boolean language sql immutable parallel safe as $$
  select coalesce(state in ('routed', 'unrouted', 'stopped') and name in ('inventory_report', 'item_master'), false)
$$;
create function gateway.release_stored() returns trigger language plpgsql as $$
begin
  insert into gateway.warehouse_release (id, transmission, partner, test, state, look_at, keys)
  select a.id, a.transmission, a.partner, a.test, 'arrived', gateway.now(), a.keys from added a where a.state = 'held' on conflict do nothing;
  insert into gateway.stock_news (document)
  select a.id from added a where gateway.tells_of_stock_v1(a.name, a.state) on conflict do nothing;
  return null;
end
$$;
create trigger release_stored after insert on gateway.document referencing new table as added
  for each statement execute function gateway.release_stored();
create function gateway.stock_news_released() returns trigger language plpgsql as $$
begin
  insert into gateway.stock_news (document) values (new.id) on conflict do nothing;
  return null;
end
$$;
create trigger stock_news_released after update of state on gateway.document for each row
  when (old.state = 'pending' and gateway.tells_of_stock_v1(new.name, new.state)) execute function gateway.stock_news_released();

-- What is said of an order may end what holds its releases; what a warehouse cannot ship is looked for elsewhere.
create function gateway.release_has_news() returns trigger language plpgsql as $$
begin
  update gateway.warehouse_release r set look_at = gateway.now()
  where r.trade_order = new.trade_order and (r.state in ('held', 'planned', 'partly_released')
    or r.state = 'released' and new.event in ('back_ordered', 'shipped'));
  return null;
end
$$;
create trigger release_has_news after insert or update of state on gateway.order_event for each row
  when (new.state = 'applied' and new.trade_order is not null
    and not (new.source = 'gateway' and new.event in ('held', 'released', 'back_ordered', 'rejected')))
  execute function gateway.release_has_news();
-- A delivery that its application refused for good.
create function gateway.release_was_refused() returns trigger language plpgsql as $$
begin
  update gateway.warehouse_release r set look_at = gateway.now()
  from gateway.release_part p where p.transmission = new.transmission and r.id = p.release and p.state = 'sent';
  return null;
end
$$;
create trigger release_was_refused after update of state on gateway.delivery for each row
  when (old.state = 'sending' and new.state = 'failed' and new.document is not null) execute function gateway.release_was_refused();

create type gateway.warehouse_release_v1 as (
  id uuid, state text, purpose text, subject text, number text, order_number text, trade_order uuid, customer text, items text[],
  rank smallint, look_at timestamptz, go_at timestamptz, told text, rounds integer, note text,
  wants jsonb, covered boolean);
create type gateway.release_hold_v1 as (
  id uuid, release uuid, hold text, kind text, reason text, owner text, state text, due_at timestamptz, actor text, note text);
create type gateway.release_part_v1 as (
  id uuid, release uuid, ordinal integer, warehouse text, partner text, number text, transmission uuid, lines jsonb, state text,
  note text);
create type gateway.stock_level_v1 as (
  warehouse text, item text, names text[], unit text, on_hand numeric, reserved numeric, inbound jsonb, as_of timestamptz,
  document uuid);
create type gateway.stock_reservation_v1 as (
  release uuid, warehouse text, item text, place integer, quantity numeric, released boolean);
create type gateway.stock_promise_v1 as (
  release uuid, warehouse text, place integer, successor uuid, successor_place integer, quantity numeric);
create type gateway.released_transmission_v1 as (
  id uuid, partner text, name text, idempotency_key text, sha256 bytea, size bigint, release uuid);
