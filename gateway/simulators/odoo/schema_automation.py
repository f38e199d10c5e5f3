"""Automation rules with webhooks, and the models they name: `base_automation`."""

from gateway.simulators.odoo.fields import NAMED, Field, Fields, char, many2many, many2one, one2many, selection


def automation_models() -> dict[str, Fields]:
    """The models."""
    return {
        "ir.model": {"name": char("Model Description"), "model": char("Model", indexed=True)},
        "ir.model.fields": {
            "name": char("Field Name", indexed=True),
            "model": char("Model Name", indexed=True),
            "model_id": many2one("Model", "ir.model", indexed=True),
        },
        "base.automation": {
            **NAMED,
            "model_id": many2one("Model", "ir.model", required=True),
            "trigger": selection("Trigger"),
            "url": char("Url", readonly=True),
            "webhook_uuid": char("Webhook UUID", readonly=True),
            "action_server_ids": one2many("Actions", "ir.actions.server", "base_automation_id"),
        },
        "ir.actions.server": {
            "name": char("Action Name"),
            "model_id": many2one("Model", "ir.model", required=True),
            "state": selection("Type"),
            "usage": selection("Usage"),
            "sequence": Field("integer", "Sequence"),
            "base_automation_id": many2one("Automation Rule", "base.automation", indexed=True),
            "webhook_url": char("Webhook URL"),
            "webhook_field_ids": many2many("Webhook Fields", "ir.model.fields"),
        },
    }
