-- The order process: what was said of orders by whom, what follows from it, what is due, and the names that systems have for things.

-- What is known of an order follows from its events; this row is their sum. `version` counts what was published of it.
create table gateway.trade_order (
  id uuid primary key,
  partner text not null,
  number text not null,
  test boolean not null,
  state text not null check (state in (
    'expected', 'received', 'validated', 'accepted', 'back_ordered', 'allocated', 'held', 'released', 'picking', 'picked', 'packed',
    'partly_shipped', 'shipped', 'in_transit', 'delivery_exception', 'partly_delivered', 'delivered', 'partly_returned', 'returned',
    'rejected', 'cancelled', 'invoiced', 'paid', 'refunded', 'closed')),
  version bigint not null default 0,
  lines jsonb not null default '[]',
  steps jsonb not null default '{}',
  created_at timestamptz not null default gateway.now(),
  changed_at timestamptz not null default gateway.now(),
  unique (partner, number, test)
) with (fillfactor = 70);
create index trade_order_number on gateway.trade_order (number);
create index trade_order_state on gateway.trade_order (state, id);

-- Every milestone that was ever heard, with what became of it. `names` are those it could be found by, as long as it has no order.
create table gateway.order_event (
  id uuid primary key,
  trade_order uuid,
  source text not null,
  key text not null,
  event text not null,
  partner text,
  number text,
  test boolean not null,
  occurred timestamptz,
  version bigint,
  lines jsonb not null,
  total boolean not null,
  links jsonb not null,
  document uuid,
  transmission uuid,
  reason text,
  names text[] not null,
  heard_at timestamptz not null default gateway.now(),
  state text not null default 'heard' check (state in ('heard', 'applied', 'waiting', 'overdue', 'refused', 'repeated')),
  code text not null default '',
  message text not null default '',
  needs text,
  flags text[] not null default '{}',
  -- When to look again at one that waits, and until when it may.
  look_at timestamptz,
  due_at timestamptz,
  unique (source, key)
) with (fillfactor = 80);
create index order_event_order on gateway.order_event (trade_order, id) where trade_order is not null;
create index order_event_heard on gateway.order_event (id) where state = 'heard';
create index order_event_waiting on gateway.order_event (look_at) where state = 'waiting';
create index order_event_unrelated on gateway.order_event using gin (names) where trade_order is null;
create index order_event_document on gateway.order_event (document) where document is not null;

-- The names that systems have for an order, its shipments, packages, invoices and payments.
create table gateway.order_link (
  trade_order uuid not null,
  system text not null,
  kind text not null,
  value text not null,
  at timestamptz not null default gateway.now(),
  primary key (trade_order, kind, value, system)
);
create index order_link_value on gateway.order_link (value, kind);

create table gateway.order_deadline (
  trade_order uuid not null,
  deadline text not null,
  due_at timestamptz not null,
  state text not null check (state in ('open', 'met', 'missed', 'late', 'void')),
  met_at timestamptz,
  primary key (trade_order, deadline)
) with (fillfactor = 70);
create index order_deadline_due on gateway.order_deadline (due_at) where state = 'open';
create index order_deadline_missed on gateway.order_deadline (trade_order) where state = 'missed';

-- By how much the clock of a source is ahead of ours at least: the most that one of its events lay in the future, in the last day.
create table gateway.source_clock (
  source text primary key,
  ahead interval not null,
  at timestamptz not null default gateway.now()
) with (fillfactor = 50);

-- Documents that say something of orders and have not been read for that yet: a queue, full at one moment, empty at the next.
-- The database fills it itself, whichever release stored the document.
create table gateway.order_news (
  document uuid primary key,
  at timestamptz not null default gateway.now()
);
alter table gateway.order_news set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
alter table gateway.trade_order set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create function gateway.tells_of_orders_v1(name text, state text) returns boolean language sql immutable parallel safe as $$
  select coalesce(state in ('routed', 'unrouted', 'stopped') and name in (
    'purchase_order', 'purchase_order_change', 'order_response', 'warehouse_order', 'warehouse_shipment', 'despatch_advice',
    'transport_status', 'receiving_advice', 'warehouse_receipt', 'invoice', 'credit_note', 'remittance_advice'), false)
$$;
create function gateway.order_news_stored() returns trigger language plpgsql as $$
begin
  insert into gateway.order_news (document)
  select a.id from added a where gateway.tells_of_orders_v1(a.name, a.state) on conflict do nothing;
  return null;
end
$$;
create trigger order_news_stored after insert on gateway.document referencing new table as added
  for each statement execute function gateway.order_news_stored();
create function gateway.order_news_released() returns trigger language plpgsql as $$
begin
  insert into gateway.order_news (document) values (new.id) on conflict do nothing;
  return null;
end
$$;
create trigger order_news_released after update of state on gateway.document for each row
  when (old.state = 'pending' and gateway.tells_of_orders_v1(new.name, new.state)) execute function gateway.order_news_released();

create type gateway.order_event_v1 as (
  id uuid, trade_order uuid, source text, key text, event text, partner text, number text, test boolean, occurred timestamptz,
  version bigint, lines jsonb, total boolean, links jsonb, document uuid, transmission uuid, reason text, names text[],
  heard_at timestamptz, state text, code text, message text, needs text, flags text[], look_at timestamptz, due_at timestamptz);
create type gateway.trade_order_v1 as (
  id uuid, partner text, number text, test boolean, state text, version bigint, lines jsonb, steps jsonb);
create type gateway.order_link_v1 as (trade_order uuid, system text, kind text, value text);
create type gateway.order_deadline_v1 as (trade_order uuid, deadline text, due_at timestamptz, state text, met_at timestamptz);
create type gateway.order_message_v1 as (id uuid, exchange text, routing_key text, headers jsonb, body bytea);

-- What applications said last of each of their records: what is news is seen by comparison with it.
create table gateway.statement (
  source text not null,
  subject text not null,
  key text not null,
  at timestamptz not null default gateway.now(),
  primary key (source, subject)
) with (fillfactor = 70);
create index statement_age on gateway.statement using brin (at);
