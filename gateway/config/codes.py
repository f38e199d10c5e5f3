"""Everything `gateway check` can complain about. Codes are stable: scripts and people refer to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means. `remedy` is what to do when the complaint itself does not say better."""

    name: str
    severity: Literal["error", "warning"]
    remedy: str


def _error(name: str, remedy: str) -> Rule:
    return Rule(name, "error", remedy)


def _warning(name: str, remedy: str) -> Rule:
    return Rule(name, "warning", remedy)


RULES: Mapping[str, Rule] = {
    # files
    "R001": _error("file-unreadable", "Create the file, or correct its name and permissions."),
    "R002": _error("syntax", "Correct the TOML; strings need quotes, and a key may stand only once in a table."),
    "R003": _error("unknown-key", "Remove the key, or correct its spelling."),
    "R004": _error("missing-key", "Add the key."),
    "R005": _error("invalid-value", "Correct the value."),
    "R006": _warning("include-empty", "Correct the pattern, or remove it."),
    "R007": _error("gateway-in-include", "Keep [gateway] and include in the main file."),
    "R008": _error("overlay-unknown-id", "An environment file changes what routes.toml defines: use an id from there."),
    # references to the world outside of the file
    "R010": _error("variable-missing", "Set the environment variable, or give a default: ${NAME:-default}."),
    "R011": _error("secret-file-missing", "Create the file, or correct its path."),
    "R012": _error(
        "reference-malformed",
        "Write ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:path} or ${vault:path#key}; $$ is a plain $.",
    ),
    "R013": _error("secret-literal", "Keep the secret outside and refer to it: ${NAME} or ${file:path}."),
    "R014": _error("secret-default-in-production", "Set the variable: a default that stands in a file is no secret."),
    # references between tables
    "R020": _error("duplicate-id", "Give each its own id."),
    "R021": _error("unknown-reference", "Define it, or correct the id."),
    "R022": _warning("unused", "Remove it, or use it."),
    "R023": _error("escalation-cycle", "Let the last owner have no next one."),
    "R026": _error("profile-unfit", "Correct it, as docs/how-to/change-the-configuration.md says."),
    # owners
    "R024": _warning("mail-unset", "Set [gateway] mail_server, or the owner gets no mails."),
    "R025": _error("webhook-unsigned", 'Give the owner a secret by reference, as in secret = "${EDI_WEBHOOK_SECRET}".'),
    # partners and agreements
    "R030": _error("identity-shared", "Let each identity belong to one partner, or tell the partners apart by addressed_as."),
    "R031": _error("agreement-overlap", "Keep one agreement for each partner, direction, document type and version."),
    "R032": _error("document-unfit", "Use the document that this format is read to."),
    "R033": _error(
        "acknowledgement-unfit",
        "X12 is acknowledged by 997, 999 and TA1, EDIFACT by CONTRL, cXML by cXML, UBL and CII by ApplicationResponse.",
    ),
    "R034": _error(
        "acknowledgements-differ", "Acknowledgements answer an interchange: agree the same ones for all its documents."
    ),
    "R035": _error("channel-unfit", "Use a channel of this partner that can send (a folder with an outbox)."),
    "R036": _error("strictness-unknown", "Use a group of checks or a code that an agreement may set."),
    "R038": _error("guide-place-unknown", "Write it as TAG+qualifier[place='text'].element, of elements that the segment has."),
    "R037": _error("identity-missing", "Add the identity for this family, or envelopes cannot be recognised."),
    "R039": _error("writing-unfit", "Correct it, or leave it out: what is not named is as usual."),
    # XML
    "R047": _error("limit-unfit", "Leave it out: documents of this format have no such thing."),
    "R048": _error(
        "schema-missing", "Put the file into the folder, or correct the place: nothing outside of it, or of the network, is read."
    ),
    "R049": _error("schema-unusable", "Correct the schema at this line; your XML editor checks it as well."),
    # layouts of flat files
    "R043": _error("layout-unusable", "Correct it as docs/how-to/flat-files.md says; try it by: gateway validate --layout FILE."),
    "R044": _error(
        "layout-unfit", "Let the file's name and its `name` be the one in the format, and its `document` the agreement's."
    ),
    "R045": _error(
        "layout-ambiguous", 'Give each layout a pattern of file names, as files = "orders*.csv", or a channel of its own.'
    ),
    "R046": _warning("writing-lossy", "Choose separators that the data does not hold, or a larger character set."),
    # tables
    "R040": _error("table-missing", "Create the file, or correct its path."),
    "R041": _error("table-malformed", "Write a CSV file in UTF-8 with a header and two columns: their code, our code."),
    "R042": _error("table-ambiguous", "Keep one line for each code."),
    # routes
    "R050": _error("condition-syntax", 'Write a condition in CEL, as in order.ship_to.address.country == "US".'),
    "R051": _error("condition-name-unknown", "Use a field of the canonical document, or the variables partner and message."),
    "R052": _error("condition-type", "Compare like with like, and let the condition be true or false."),
    "R053": _error("path-syntax", "Write names joined by dots, with [] after each list: lines[].item.identifiers.seller."),
    "R054": _error("path-unknown", "Use a field of the canonical document."),
    "R055": _error("path-lists-differ", "Let `from` walk the same lists as the path that is written, or fewer of them."),
    "R056": _error("value-unfit", "Use a value of the field's type."),
    "R057": _warning("route-shadowed", "Move the special route before the general one, or remove it."),
    "R058": _error("after-unknown", "Let `after` name another target of this route."),
    "R059": _error("after-cycle", "Let at least one target wait for nobody."),
    "R079": _error("fallback-unfit", "Name an application that is no target of this route."),
    "R060": _error("usage-mixed", "Deliver partners on trial to test applications, and productive partners to productive ones."),
    "R062": _error(
        "expectation-unfit",
        "Expect what answers this format: 997, 999, TA1, 824 for X12, CONTRL, APERAK for EDIFACT, receipts of AS2, documents.",
    ),
    "R065": _warning("nothing-expected", "Say what the partner owes us, or that it is nothing: expect = []."),
    # channels
    "R063": _warning("host-key-unconfirmed", "Compare the fingerprint with the partner by telephone, and put it into host_keys."),
    "R064": _error("certificate-missing", "Put the file there, or correct its path."),
    "R066": _error("posts-ambiguous", "Let a partner post by one http channel; several tokens and secrets of it may be valid."),
    "R067": _error(
        "certificate-unshown", "Set [gateway] tls, or trusted_proxies and certificate_header; give certificates or authorities."
    ),
    "R068": _warning("login-unencrypted", "Use an https address, or set internal = true where the way is protected otherwise."),
    # AS2
    "R070": _error("as2-name-missing", "Agree on the names with the partner; they count letter for letter."),
    "R071": _error("as2-names-shared", "Let each pair of AS2 names belong to one channel."),
    "R072": _error("as2-key-missing", "Make a key pair and name it: keys = [{ certificate = ..., key = ... }]."),
    "R073": _error(
        "as2-address-missing", 'Add it, as in url = "https://edi.nordic.example/as2", or ask for synchronous receipts.'
    ),
    "R074": _warning("as2-weak", "Agree on something stronger with the partner, with a day for the change."),
    "R075": _error(
        "certificate-unusable", "Export it as PEM or DER (X.509), with an RSA key of 2048 bits or more, or an EC key."
    ),
    "R076": _warning("certificate-ends", "Exchange certificates with the partner, and name the new one beside the old."),
    # REST systems
    "R090": _error("application-file-missing", "Put the file there, or correct its name, which is relative to routes.toml."),
    "R091": _error("template-invalid", "Write it in Jinja, as docs/how-to/connect-a-warehouse.md shows."),
    "R092": _error("query-invalid", "Write it in JMESPath: order.id, lines[].sku, length(results)."),
    "R093": _error("action-unknown", "Correct the route's `as`, or add it to the REST application's actions."),
    "R094": _error("key-unused", 'Send the key: key_header = "Idempotency-Key", or {{ key }} in the path or body.'),
    "R095": _warning(
        "repeat-unsafe", "Say idempotent or look_up; without them a call whose answer is lost waits in doubt for a person."
    ),
    "R096": _error("event-ambiguous", "Keep the kind in one of the two."),
    "R097": _error("list-unfit", "Use both, or none."),
    "R098": _error("json-schema-unusable", "Correct the schema; your editor checks it as well."),
    # Odoo
    "R110": _warning("window-short", "Let it be longer than any transaction there: Odoo's limit_time_real, as a rule 2m."),
    "R112": _error(
        "record-malformed", "Name it as docs/how-to/odoo-mapping.md says; `gateway odoo unmapped --compare` asks Odoo."
    ),
    "R114": _error("lookup-unfit", "Look up what the page docs/how-to/odoo-mapping.md lists, in an Odoo database."),
    "R113": _error("factor-malformed", 'Write how many of the product\'s own unit it is: "ANVIL/CS" = "12".'),
    "R111": _warning("document-unagreed", "Add an agreement about it that goes out, or nothing is sent."),
    # orders
    "R100": _error("authority-empty", "Name who may say it, or leave the key out."),
    "R101": _error("deadline-unmeetable", "Let `by` be one of those who have the authority, or leave it out."),
    "R140": _error("field-unknown", "Name a field of the event: order.number, lines.quantity; see docs/how-to/subscribers.md."),
    "R141": _warning("posts-unencrypted", "Use an https address, or set internal = true where the way is protected otherwise."),
    "R130": _error("trigger-unfit", "Let the milestone be one that the document tells of."),
    "R131": _warning("trigger-unagreed", "Add an agreement about it that goes out, or each ends as a failure of its owner."),
    "R132": _error("trigger-doubled", "Name the document in [application.changes] without, or leave the trigger out."),
    "R133": _warning("trigger-beside", "See that they do not tell the same; `without` in [application.changes] ends the other."),
    "R099": _warning("event-unagreed", "Add the agreement, or each such document ends as a failure of its owner."),
    # reconciliation
    "R150": _error("sides-unfit", "Name two sides that keep such books: docs/how-to/reconciliation.md has the table."),
    "R151": _warning("books-unused", "Compare them in a [[reconciliation]], or remove them."),
    # release to warehouses
    "R120": _warning("release-incomplete", "Add what is missing, or remove what does nothing without it."),
    "R121": _error("warehouse-unreachable", "Add the agreement, or name the application that gets the orders."),
    "R122": _error("warehouse-shared", "Give each warehouse a partner of its own: orders and stock reports are known by it."),
    "R123": _error("release-contradictory", "Correct one of the two."),
    # signing in
    "R160": _error("sign-on-unfit", "Correct it, as docs/how-to/single-sign-on.md says."),
    "R161": _warning("sign-on-shuts-out", "Leave an account with a password, and a group that makes administrators."),
    # our own servers
    "R180": _warning("line-unverified", "Verify the server's certificate: docs/how-to/verified-connections.md."),
    # what was promised, and what should come
    "R190": _error("level-unfit", "Correct it, as docs/how-to/service-levels.md says."),
    "R191": _warning("level-measures-nothing", "Agree on what is measured, or remove the [[service_level]]."),
    "R182": _error("owner-unnamed", "Name the partner, with a channel for each: a site gateway does not read what it takes in."),
    "R181": _error("secret-unavailable", "Write it into Vault, or correct the reference: docs/how-to/secrets.md."),
    # regions
    "R200": _error("region-unknown", "Name a [[region]] by --region or GATEWAY_REGION, or none for partners without one."),
    "R201": _error("region-without-database", "Set the variable that database_url names, where this region runs."),
    "R202": _error("region-shared", "Give each region its own database, broker (or virtual host), data and backup folder."),
    "R203": _warning(
        "channel-of-several-regions", "Agree on a channel for each partner, or one that a single region's partners use."
    ),
    # keeping
    "R085": _error("retention-unfit", "Keep the envelope at least as long as everything it leads to."),
    "R086": _error("encryption-unfit", "Make a key by `openssl rand -hex 32`, keep it in a file, and refer to it."),
    "R061": _warning("agreement-unrouted", "Add a route for this document, or it ends as a failure of its owner."),
}
"""In the order in which a newcomer meets them. The reference page is made from this table."""
