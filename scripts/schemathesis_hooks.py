"""What schemathesis cannot know from the OpenAPI document alone."""

import hashlib
import itertools
import json
import os
import re
from collections import defaultdict

import requests
import schemathesis
from schemathesis import GenerationMode

# Each account begins with more events in the log than this.
IN_THE_LOG = 8


UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# What exists in the account, by the last fixed part of the path that told of it.
known = defaultdict(list)
told_by = {"invites": "invite", "cloud-api": "profiles"}
turns = itertools.count()


def remember(path, response):
    if response.status_code not in (200, 201, 202) or path.endswith("}"):
        return
    body = document_of(response)
    for thing in [body, *(body["items"] if isinstance(body.get("items"), list) else [])]:
        if isinstance(thing, dict) and re.fullmatch(UUID, str(thing.get("id"))):
            there = known[path.rpartition("/")[2]]
            if thing["id"] not in there:
                there.append(thing["id"])


URL = os.environ["WAYBILL_URL"]
ACCOUNT = {"email": os.environ["WAYBILL_TEST_EMAIL"], "password": os.environ["WAYBILL_TEST_PASSWORD"]}


class Organisation:
    """Where the account was at first. Requests make further organisations, and signing in leads to the newest."""

    id = None


# What the first sign-in leaves in a browser. With it, wrong passwords that requests try are not counted
# against the account, whose next sign-in would have to wait.
device = {}


def sign_in():
    signed_in = requests.post(f"{URL}/api/v1/auth/login", json=ACCOUNT, cookies=device, timeout=15)
    signed_in.raise_for_status()
    if "waybill_device" in signed_in.cookies:
        device["waybill_device"] = signed_in.cookies["waybill_device"]
    token, tenant = signed_in.json()["access_token"], signed_in.json()["tenant"]["id"]
    Organisation.id = Organisation.id or tenant
    if tenant == Organisation.id:
        return token
    switched = requests.post(
        f"{URL}/api/v1/auth/switch",
        json={"tenant_id": Organisation.id},
        headers={"Authorization": f"Bearer {token}"},
        timeout=15,
    )
    switched.raise_for_status()
    return switched.json()["access_token"]


@schemathesis.auth()
class SignedIn:
    """Signed in anew when a token is refused: so the operations that end one's own session are tested like
    the others, and stop nothing."""

    def get(self, case, context):
        return sign_in()

    def set(self, case, token, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


@schemathesis.hook
def after_load_schema(context, schema):
    """Everything that can be listed is listed first."""
    headers = {"Authorization": f"Bearer {sign_in()}"}
    known["tenants"].append(Organisation.id)
    for path, operations in schema.raw_schema["paths"].items():
        if not path.startswith("/api/v1/") or "get" not in operations or path.endswith("/events"):
            continue
        there = re.sub(r"([^/]+)/\{[^}]+\}", lambda m: f"{m[1]}/{(known[m[1]] or '?')[0]}", path)
        if "?" not in there:
            remember(path, requests.get(URL + there, headers=headers, timeout=15))


@schemathesis.hook
def after_call(context, case, response):
    remember(case.path, response)


def use_what_exists(case):
    """An id made up leads to 404 and no further, so most are exchanged for one that exists. In sequences
    of steps schemathesis does so itself, and knows what it deleted."""
    if case.meta is None or case.meta.phase.name.value == "stateful":
        return
    places = re.findall(r"([^/]+)/\{([^}]+)\}", case.path)
    for fixed, name in places:
        there = known[told_by.get(fixed, fixed)]
        turn = next(turns)
        if not there or turn % 4 == 0 or not re.fullmatch(UUID, str(case.path_parameters.get(name))):
            continue
        # The first is never deleted, and has parts of its own.
        chosen = there[turn % len(there)] if len(places) == 1 else there[0]
        if case.method.upper() == "DELETE" and case.path.endswith("{%s}" % name):
            chosen = there.pop() if len(there) > 1 else case.path_parameters[name]
        case.path_parameters[name] = chosen


@schemathesis.hook
def before_call(context, case, kwargs):
    use_what_exists(case)
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and 1 <= len(key) <= 255:
        headers["Idempotency-Key"] = key_of(key, case)
    # A read that asks for a position ahead of the log waits for it, five seconds each time. That wait has
    # tests of its own; here a position is one that a client can have been told.
    position = str(headers.get("Waybill-Min-Position"))
    if re.fullmatch("[0-9]+", position) and IN_THE_LOG < int(position) < 2**63:
        headers["Waybill-Min-Position"] = str(int(position) % IN_THE_LOG)


def key_of(key, case):
    """Few keys are generated, and used for everything: each request has to have its own, and a repeated
    one the same. (One key for two requests is refused, and has tests of its own.)"""
    request = [case.method, case.formatted_path, case.query, case.media_type, case.body]
    digest = hashlib.sha256(repr(request).encode()).hexdigest()[:16]
    return key if key.endswith(digest) else f"{key[:200]}.{digest}"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData":
        # Unknown headers and query parameters are ignored, as HTTP asks; schemathesis itself thinks so, but
        # does not recognise the case beside a header whose value is a number.
        unknown = re.search(r"in (header|query|cookie) - object with unexpected properties", failure.message)
        # A parameter that is given empty is one that is not given.
        empty = any(value == "" for value in (case.query or {}).values())
        return not unknown and not empty
    if kind == "RejectedPositiveData" and response.status_code == 400:
        # What no schema says: which texts are cursors; that no text has a NUL, and no part of a form
        # a name of control characters (schemathesis goes on sending them).
        problem = document_of(response)
        form = case.media_type == "multipart/form-data" and problem.get("code") == "malformed"
        return not form and problem.get("code") != "bad_cursor" and "no NUL" not in str(problem.get("detail"))
    return True


@schemathesis.check
def document_says_what_is_read(ctx, response, case):
    """422 to what the document allows is right when a rule refused it (see schemathesis.toml), and
    wrong when the body could not be read at all: then the document tells of other types than the code."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE or response.status_code != 422:
        return None
    detail = str(document_of(response).get("detail"))
    # JSON Schema counts 5.0 among the integers; the code wants an integer written as one.
    if re.search(r"floating point `-?[0-9.e+]+`, expected [iu][0-9]+", detail):
        return None
    if re.search(r" at line [0-9]+ column [0-9]+", detail):
        raise AssertionError(f"The document allows this body, and the code cannot read it: {detail}")
    return None


def document_of(response):
    try:
        document = json.loads(response.content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
