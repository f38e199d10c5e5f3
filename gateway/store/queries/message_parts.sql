-- Parts of messages, each by its id: whose they are, and what is stored of their bytes.

-- name: document_of
-- A document, with what it stands in; `sent` when it stands in an interchange that was sealed for its partner.
select d.id, d.transmission, d.interchange, d.type, d.name, d.control_number, d.keys, d.state, d.verdict, t.channel,
  coalesce(d.partner, i.partner) as partner, i.family, i.control_number as interchange_number,
  exists (select from gateway.outbound_document o where o.document = d.id) as sent,
  (select o.outbound from gateway.outbound_document o where o.document = d.id order by o.outbound desc limit 1) as outbound
from gateway.document d
join gateway.interchange i on i.id = d.interchange
join gateway.transmission t on t.id = d.transmission
where d.id = $1;

-- name: canonical_of
-- The canonical form of a document, as it was read and as the rules of its route left it.
select c.json as received, r.json as routed from (values (1)) as always
left join gateway.canonical_body c on c.document = $1 left join gateway.routed_body r on r.document = $1;

-- name: outbound_of
-- An interchange of ours with its bytes as they were sealed.
select o.id, o.transmission, o.partner, o.family, o.type, o.control_number, o.bytes, a.interchange as answers, a.verdict,
  a.explanation
from gateway.outbound o left join gateway.acknowledgement a on a.outbound = o.id where o.id = $1;

-- name: delivery_of
-- What a delivery hands over.
select d.id, d.transmission, d.document, d.outbound, d.partner, d.target from gateway.delivery d where d.id = $1;

-- name: interchange_of
-- Where an interchange stands in its transmission.
select i.id, i.transmission, i.family, i.control_number, i.partner, i.sender, i.start_offset, i.end_offset, t.size, t.name
from gateway.interchange i join gateway.transmission t on t.id = i.transmission where i.id = $1;

-- name: answered_outbound
-- The interchange of ours that an acknowledgement of a partner answers, the newest if there are several.
select o.id, o.transmission, o.partner, o.family, o.type, o.control_number, o.bytes
from gateway.received_acknowledgement r
join gateway.expectation e on e.id = r.expectation
join gateway.outbound o on o.id = e.outbound
where r.acknowledgement = $1 order by o.id desc limit 1;

-- name: transfer_receipts_of
-- Transfers by their id, or by that of what they held or sent, with the receipts there are.
select x.id, x.direction, x.partner, x.message_id, x.as2_from, x.as2_to, x.receipt_state, x.disposition, x.at, x.settled_at,
  x.transmissions, x.outbound,
  (select o.transmission from gateway.outbound o where o.id = x.outbound) as sent,
  (select array_agg(r.disposition order by r.at) from gateway.transfer_receipt r where r.transfer = x.id) as receipts
from gateway.transfer x where x.id = $1 or x.transmissions @> array[$1::uuid] or x.outbound = $1 order by x.at desc limit 20;

-- name: business_answers
-- What we answered to documents of a transmission in business: responses of ours to their orders, the newest first.
select o.document as id, o.outbound, o.type, o.name, o.control_number, o.state, o.created_at
from gateway.outbound_document o
where o.keys && array(
    select key from gateway.document d cross join unnest(d.keys) as key
    where d.transmission = $1 and d.partner = o.partner and key like 'order:%' limit 100)
  and o.name in ('order_response', 'application_response')
order by o.outbound desc limit 50;
