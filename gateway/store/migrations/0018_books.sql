-- What reconciliation reads, found without looking through everything: documents that are books, parcels, what was shipped or billed.

create index document_booked on gateway.document (id) where name in ('invoice', 'credit_note', 'warehouse_shipment', 'inventory_report');
create index order_link_tracking on gateway.order_link (trade_order, value) where kind = 'tracking';
create index order_event_billing on gateway.order_event (id) where event in ('shipped', 'invoiced');
create index order_event_parcels on gateway.order_event (id) where event in ('in_transit', 'delivery_exception', 'delivered');
create index expectation_sent on gateway.expectation using brin (sent_at);
