-- Which configuration was in force when, who wanted it and why, what its tests said, and who approved.

create table gateway.activation (
  id bigint generated always as identity primary key,
  digest text not null references gateway.configuration (digest),
  kind text not null check (kind in ('start', 'proposal', 'roll_back')),
  state text not null check (state in ('proposed', 'approved', 'in_force', 'ended', 'rejected')),
  -- What the configuration says of those that come after it.
  managed boolean not null,
  approval text not null,
  proposed_by text,
  proposer_roles text[] not null default '{}',
  proposed_at timestamptz not null default gateway.now(),
  reason text not null,
  lint jsonb not null default '[]',
  tests jsonb,
  -- Why it may begin although tests failed; null: nothing was overridden.
  override text,
  decided_by text,
  decided_at timestamptz,
  decision text,
  effective_from timestamptz not null,
  activated_at timestamptz,
  ended_at timestamptz
);

-- There is one at a time.
create unique index activation_in_force on gateway.activation ((true)) where state = 'in_force';
create index activation_due on gateway.activation (effective_from) where state = 'approved';
create index activation_digest on gateway.activation (digest);
