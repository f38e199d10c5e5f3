-- Bringing partners on: what people say about items of a partner's checklist, and how often files were tried.

-- Waivers and notes, by a person with a reason: the newest about an item holds, the others are its history.
create table gateway.onboarding_note (
  id bigint generated always as identity primary key,
  partner text not null,
  item text not null,
  waived boolean not null,
  note text not null,
  actor text not null,
  at timestamptz not null default gateway.now()
);
create index onboarding_note_item on gateway.onboarding_note (partner, item, id desc);

-- Files that were judged as if they came, none of which is kept: who tried, how large it was, how it fared. Null while it is judged.
create table gateway.onboarding_trial (
  id uuid primary key,
  partner text not null,
  actor text not null,
  size bigint not null,
  valid boolean,
  errors integer,
  at timestamptz not null default gateway.now()
);
create index onboarding_trial_partner on gateway.onboarding_trial (partner, at desc);
