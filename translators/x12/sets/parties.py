"""N1 loops: parties with names, addresses, contacts and references, in the header, in lines and in sub-lines."""

from translators.x12.sets import codes
from translators.x12.sets.conversion import Value
from translators.x12.sets.walk import Walk


def n1(walk: Walk, row: list[str]) -> None:
    """A party and its role."""
    party: Value = {}
    if row[2]:
        party["name"] = row[2]
    if row[4]:
        scheme = codes.AGENCIES.get(row[3], row[3].lower() or "partner")
        party["identifiers"] = {scheme: row[4]}
        if scheme == "gln":
            walk.check_digit(4, row[4], "GLN")
    elif row[3]:
        walk.extra(3)
    walk.party = party
    role = row[1]
    place_party(walk, role, party)
    if role == "BS":  # bill and ship to: one party, two roles
        place_party(walk, "BT", party)
        place_party(walk, "ST", party)


def place_party(walk: Walk, role: str, party: Value) -> None:
    """Put a party under its role; a role without a field, or taken already, goes to the other parties."""
    if role == "BS":
        return
    target = walk.target
    name = codes.PARTIES.get(role)
    if name is not None and name not in target and (target is walk.order or name == "ship_to"):
        target[name] = party
        return
    party["role"] = name or codes.OTHER_ROLES.get(role) or role
    target.setdefault("other_parties", []).append(party)


def n2(walk: Walk, row: list[str]) -> bool:
    """Further lines of the name. Without a party, as all that follows here, it is kept as it is."""
    if walk.party is None:
        return False
    names = [walk.party.get("name", ""), row[1], row[2]]
    walk.party["name"] = " ".join(name for name in names if name)
    return True


def n3(walk: Walk, row: list[str]) -> bool:
    """Lines of the street address."""
    if walk.party is None:
        return False
    address = walk.party.setdefault("address", {})
    address.setdefault("lines", []).extend(line for line in row[1:3] if line)
    return True


def n4(walk: Walk, row: list[str]) -> bool:
    """Town, state, postal code, country."""
    if walk.party is None:
        return False
    address = walk.party.setdefault("address", {})
    for element, name in ((1, "city"), (2, "region"), (3, "postal_code"), (4, "country")):
        if row[element]:
            if name in address:
                walk.extra(element)
            else:
                address[name] = row[element]
    return True


def party_contact(walk: Walk, row: list[str]) -> bool:
    """A contact of the party."""
    if walk.party is None:
        return False
    walk.party.setdefault("contacts", []).append(contact(row))
    return True


def party_reference(walk: Walk, row: list[str]) -> bool:
    """A reference of the party."""
    value = reference(row)
    if value is None or walk.party is None:
        return False
    walk.party.setdefault("references", []).append(value)
    return True


def contact(row: list[str]) -> Value:
    """PER: a person or function, and up to three numbers."""
    result: Value = {}
    if row[1]:
        result["function"] = codes.CONTACTS.get(row[1], row[1])
    if row[2]:
        result["name"] = row[2]
    for element in (3, 5, 7):
        means, value = row[element], row[element + 1]
        if value:
            name = codes.MEANS.get(means)
            if name and name not in result:
                result[name] = value
            else:
                result.setdefault("other", {})[_free_name(result.get("other", {}), means.lower() or "number")] = value
    if row[9]:
        result.setdefault("other", {})["reference"] = row[9]
    return result


def _free_name(taken: Value, name: str) -> str:
    count = 1
    while (candidate := name if count == 1 else f"{name}_{count}") in taken:
        count += 1
    return candidate


def reference(row: list[str]) -> Value | None:
    """REF or N9: a kind, a number and a text."""
    number = row[2] or row[3]
    if not number:
        return None
    result: Value = {"kind": codes.REFERENCES.get(row[1], row[1]), "number": number, "original": row[1]}
    if row[2] and row[3]:
        result["text"] = row[3]
    return result
