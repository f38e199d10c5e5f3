-- What is done because a milestone of an order holds: once for each, whatever is said again.
create table gateway.follow_up (
  id uuid primary key,
  trade_order uuid not null,
  rule text not null,
  kind text not null,
  key text not null,
  source text not null,
  statement text not null,
  event text not null,
  ordinal integer not null,
  cover jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed', 'void', 'withdrawn')),
  -- When it is to be done; after a failure, when to try again.
  due_at timestamptz not null,
  attempts integer not null default 0,
  code text not null default '',
  message text not null default '',
  reference text,
  made_at timestamptz not null default gateway.now(),
  changed_at timestamptz not null default gateway.now(),
  unique (trade_order, rule, key)
) with (fillfactor = 80);
create index follow_up_due on gateway.follow_up (due_at) where state in ('waiting', 'failed');

-- What was said of nobody's order goes by its age.
create index order_event_nobodys on gateway.order_event (id) where trade_order is null;

create type gateway.follow_up_v1 as (
  id uuid, trade_order uuid, rule text, kind text, key text, source text, statement text, event text, ordinal integer, cover jsonb,
  state text, due_at timestamptz, attempts integer, code text, message text, reference text);
