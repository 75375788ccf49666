"""What FHIR R4 demands of an AuditEvent, and IHE's Basic Audit Log Patterns of one that claims them, as far as the log's events go.

Written from https://hl7.org/fhir/R4/auditevent.html and https://profiles.ihe.net/ITI/BALP/: cardinalities, types, required bindings and the
pattern's codes. `problems(event)` yields what is wrong with one.
"""

import base64
import binascii
import re

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
ID = re.compile(r"^[A-Za-z0-9\-.]{1,64}$")
CODE = re.compile(r"^[^\s]+( [^\s]+)*$")
PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def text(value):
    return isinstance(value, str) and value.strip() != ""


def code(*values):
    return lambda value: text(value) and CODE.match(value) is not None and (not values or value in values)


def instant(value):
    return text(value) and INSTANT.match(value) is not None


def base64_binary(value):
    try:
        return text(value) and base64.b64decode(value, validate=True) != b""
    except binascii.Error:
        return False


def boolean(value):
    return isinstance(value, bool)


# Element: (least, most, type or elements). Most None: a list. What is not named here, events do not have.
EXTENSION = {"url": (1, 1, text), "valueCode": (1, 1, code("unknown", "masked"))}
CODING = {"system": (0, 1, text), "code": (0, 1, code()), "display": (0, 1, text)}
CONCEPT = {"coding": (0, None, CODING), "text": (0, 1, text)}
IDENTIFIER = {"system": (0, 1, text), "value": (0, 1, text)}
REFERENCE = {"reference": (0, 1, text), "type": (0, 1, text), "identifier": (0, 1, IDENTIFIER), "display": (0, 1, text)}
NETWORK = {"extension": (0, None, EXTENSION), "address": (0, 1, text), "type": (0, 1, code("1", "2", "3", "4", "5"))}
AGENT = {"type": (0, 1, CONCEPT), "role": (0, None, CONCEPT), "who": (0, 1, REFERENCE), "requestor": (1, 1, boolean),
         "network": (0, 1, NETWORK), "purposeOfUse": (0, None, CONCEPT)}
SOURCE = {"site": (0, 1, text), "observer": (1, 1, REFERENCE), "type": (0, None, CODING)}
DETAIL = {"type": (1, 1, text), "valueString": (1, 1, text)}
ENTITY = {"what": (0, 1, REFERENCE), "type": (0, 1, CODING), "role": (0, 1, CODING), "name": (0, 1, text),
          "query": (0, 1, base64_binary), "_query": (0, 1, {"extension": (1, None, EXTENSION)}), "detail": (0, None, DETAIL)}
EVENT = {"resourceType": (1, 1, code("AuditEvent")), "id": (1, 1, lambda value: text(value) and ID.match(value) is not None),
         "meta": (0, 1, {"profile": (1, None, text)}), "type": (1, 1, CODING), "subtype": (0, None, CODING),
         "action": (0, 1, code("C", "R", "U", "D", "E")), "recorded": (1, 1, instant), "outcome": (0, 1, code("0", "4", "8", "12")),
         "outcomeDesc": (0, 1, text), "agent": (1, None, AGENT), "source": (1, 1, SOURCE), "entity": (0, None, ENTITY)}

# Pattern: interaction, action, type of client and of server, types of a person, whether the client may have roles.
SOURCE_ROLE, DESTINATION_ROLE = (DICOM, "110153"), (DICOM, "110152")
AUTHORS = {(PARTICIPATION, "AUT"), (PARTICIPATION, "INF"), (PARTICIPATION, "CST")}
RECIPIENT = {(PARTICIPATION, "IRCP")}
PATTERNS = {
    "Query": ({"search", "search-type", "search-system"}, "E", SOURCE_ROLE, DESTINATION_ROLE, RECIPIENT, True),
    "Read": ({"read", "vread"}, "R", DESTINATION_ROLE, SOURCE_ROLE, RECIPIENT, True),
    "Create": ({"create"}, "C", SOURCE_ROLE, DESTINATION_ROLE, AUTHORS, True),
    "Update": ({"update", "patch"}, "U", SOURCE_ROLE, DESTINATION_ROLE, AUTHORS, True),
    "Delete": ({"delete"}, "D", (DICOM, "110150"), (PARTICIPANT, "custodian"), AUTHORS, False),
}


def structure(value, elements, at):
    if not isinstance(value, dict) or not value:
        yield at + " is no element"
        return
    for name in value.keys() - elements.keys():
        yield "%s.%s is unknown" % (at, name)
    for name, (least, most, kind) in elements.items():
        where = at + "." + name
        if name not in value:
            if least:
                yield where + " is missing"
            continue
        if most is None and (not isinstance(value[name], list) or len(value[name]) < max(least, 1)):
            yield where + " is no list of enough"
            continue
        for one in value[name] if most is None else [value[name]]:
            if isinstance(kind, dict):
                yield from structure(one, kind, where)
            elif not kind(one):
                yield "%s is %r" % (where, one)


def typed(agent):
    return {(one["system"], one["code"]) for one in agent.get("type", {}).get("coding", [])}


def entities(event, number):
    return [one for one in event["entity"] if one.get("type", {}).get("code") == number]


def agents(event, pattern):
    _, _, client, server, person, roles = PATTERNS[pattern]
    for name, wanted in (("client", client), ("server", server)):
        found = [one for one in event["agent"] if wanted in typed(one)]
        if len(found) != 1 or "who" not in found[0] or "network" not in found[0]:
            yield "one %s with who and network is needed" % name
        elif not roles and {"role", "purposeOfUse"} & found[0].keys():
            yield "a %s has no role" % name
    for one in event["agent"]:
        if not typed(one) & {client, server} and (not typed(one) & person or "who" not in one or not one["requestor"] or "network" in one):
            yield "a person is not as the pattern says"


def pattern_problems(event, name):
    patient, pattern = name.startswith("Patient"), name.replace("Patient", "", 1)
    interactions, action = PATTERNS[pattern][:2]
    if event["type"]["code"] != "rest" or event.get("outcome") != "0" or event.get("action") != action:
        yield "type, outcome or action is not the pattern's"
    if not {one["code"] for one in event.get("subtype", [])} & interactions:
        yield "no interaction of the pattern"
    yield from agents(event, pattern)
    objects = entities(event, "2")
    if len(objects) != 1:
        yield "one entity of type 2 is needed"
    elif pattern == "Query":
        if objects[0]["role"]["code"] != "24" or "what" in objects[0] or not {"query", "_query"} & objects[0].keys():
            yield "the query is not as the pattern says"
    elif objects[0]["role"]["code"] not in ("4", "3", "20") or "what" not in objects[0]:
        yield "the object is not as the pattern says"
    persons = [one for one in entities(event, "1") if one["role"]["code"] == "1" and one["what"].get("type") == "Patient"]
    if len(persons) != (1 if patient else 0):
        yield "%d patients" % len(persons)


def problems(event):
    found = list(structure(event, EVENT, "AuditEvent"))
    for entity in event.get("entity", []):
        if "name" in entity and "query" in entity:
            found.append("sev-1: an entity has a name or a query")
    if found:
        return found
    for profile in event.get("meta", {}).get("profile", []):
        if not profile.startswith(PROFILE):
            found.append("%s is unknown" % profile)
        else:
            found += pattern_problems(event, profile[len(PROFILE):])
    return found
