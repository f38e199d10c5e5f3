-- Messages of a partner that go out: nearly all there is of most partners comes in, and would have to be passed over.
create index interchange_published on gateway.interchange (partner, transmission) where family = 'json';
