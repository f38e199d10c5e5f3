-- Figures about partners and about the whole: what was sent to each partner, in the order of time.

create index outbound_partner on gateway.outbound (partner, id);
