-- Search: messages are listed by their transmission, the newest first, and each thing that people search by leads there by an index
-- in that order. So a page reads as many entries as it has rows, however much there is.

-- Within a transmission by id: the pages of one that holds a million documents are steps in an index as well.
create index document_story on gateway.document (transmission, id);
drop index gateway.document_transmission;
create index document_type on gateway.document (type, transmission);
create index document_name on gateway.document (name, transmission);
create index document_number on gateway.document (ltrim(control_number, '0'), transmission);
-- What is not as usual. `routed` and `consumed` are found by looking: nearly all are.
create index document_unusual on gateway.document (state, transmission) where state not in ('routed', 'consumed');

create index interchange_partner on gateway.interchange (partner, transmission);
create index interchange_unusual on gateway.interchange (state, transmission) where state <> 'accepted';
create index interchange_numbered on gateway.interchange (ltrim(control_number, '0'), transmission);
drop index gateway.interchange_number;

create index transmission_channel on gateway.transmission (channel, id);
-- Names are as long as partners like them.
create index transmission_name on gateway.transmission ((left(name, 120)) collate "C", id);
-- Those in which there is no interchange (yet) that says whose they are.
create index transmission_partner on gateway.transmission (partner, id) where state <> 'translated';

create index outbound_type on gateway.outbound (type, transmission);
-- Deliveries of one document among those of a large transmission.
create index delivery_story on gateway.delivery (transmission, document);
drop index gateway.delivery_transmission;
create index delivery_target on gateway.delivery (target, transmission) where state not in ('blocked', 'waiting', 'sending');
create index delivery_ended on gateway.delivery (state, transmission) where state in ('voided', 'diverted');
create index failure_case_of on gateway.failure_case (fingerprint, transmission);
create index order_event_transmission on gateway.order_event (transmission) where transmission is not null;
