"""Notes in the history of records, and files that belong to them: the models and fields of `mail`."""

from collections.abc import Mapping

from gateway.simulators.odoo.fields import NAMED, Field, Fields, char, many2many, many2one, moment, selection

MAIL: Mapping[str, Fields] = {
    "mail.message.subtype": NAMED,
    "mail.message": {
        "model": char("Related Document Model", indexed=True),
        "res_id": Field("integer", "Related Document ID", indexed=True),
        "body": Field("html", "Contents"),
        "date": moment("Date"),
        "message_type": selection("Type"),
        "subtype_id": many2one("Subtype", "mail.message.subtype"),
        "attachment_ids": many2many("Attachments", "ir.attachment"),
    },
    "ir.attachment": {
        "name": char("Name", required=True),
        "type": selection("Type"),
        "url": char("Url"),
        "datas": Field("binary", "File Content (base64)"),
        "mimetype": char("Mime Type"),
        "res_model": char("Resource Model", indexed=True),
        "res_id": Field("integer", "Resource ID", indexed=True),
    },
}
