-- Reassigned routes: a replay whose documents take the route that a person named, whatever conditions, partners and agreements say.

-- The name of that route; null: documents take the first that fits.
alter table gateway.replay add column route text;

-- The routes that the documents of an item took when a plan named another one; an empty one for documents that none took.
alter table gateway.batch_item add column took text[] not null default '{}';

create type gateway.batch_item_v2 as (
  ordinal integer, subject uuid, transmission uuid, state text, outcome text, took text[]);
