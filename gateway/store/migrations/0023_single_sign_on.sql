-- Whose account somebody has whom an identity provider knows: by issuer and subject, which never change. One of each provider for
-- an account: a name that the provider gives to somebody else later does not open it.

create table gateway.identity (
  issuer text not null,
  subject text not null,
  account uuid not null,
  at timestamptz not null default gateway.now(),
  primary key (issuer, subject),
  unique (issuer, account)
);
create index identity_account on gateway.identity (account);
