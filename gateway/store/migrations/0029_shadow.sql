-- Shadow beside another gateway, and history: everything is read, decided, written and kept, and nothing is handed over.

-- `kept`: nothing follows from it, because it is history, or because another gateway still does it.
alter table gateway.document drop constraint document_state_check;
alter table gateway.document add constraint document_state_check check (state in (
  'pending', 'rejected', 'refused', 'duplicate', 'conflict', 'unmapped', 'unrouted', 'stopped', 'routed', 'consumed',
  'held', 'released', 'withdrawn', 'kept')) not valid;
-- `withheld`: what would be delivered, were this gateway the one that serves the partner.
alter table gateway.delivery drop constraint delivery_state_check;
alter table gateway.delivery add constraint delivery_state_check check (state in (
  'blocked', 'waiting', 'sending', 'in_doubt', 'delivered', 'failed', 'dead', 'voided', 'diverted', 'withheld')) not valid;
create index delivery_withheld on gateway.delivery (partner, id) where state = 'withheld';

-- What the other gateway sent, document by document, and how it compares with what this one would have sent. `identity` is what
-- both name it by; `ours` the interchange or document of ours, null where we have none; `legacy` the file, null where it has none.
create table gateway.shadow_comparison (
  partner text not null,
  name text not null,
  identity text not null,
  state text not null check (state in ('same', 'different', 'only_ours', 'only_legacy')),
  ours uuid,
  legacy text,
  differences jsonb not null default '[]',
  compared_at timestamptz not null default gateway.now(),
  primary key (partner, name, identity)
);
create index shadow_comparison_state on gateway.shadow_comparison (partner, state) where state <> 'same';
create index shadow_comparison_ours on gateway.shadow_comparison (ours) where ours is not null;
create index shadow_comparison_age on gateway.shadow_comparison (compared_at);
