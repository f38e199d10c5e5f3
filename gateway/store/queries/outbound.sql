-- name: insert_outbound_documents
-- Remembers what stands in interchanges that were sealed in this transaction.
insert into gateway.outbound_document (outbound, ordinal, document, group_id, group_number, control_number, type, version, name,
  partner, agreement, keys)
select r.* from unnest($1::gateway.outbound_document_v1[]) as r;
