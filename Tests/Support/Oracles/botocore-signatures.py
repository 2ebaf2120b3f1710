# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""How botocore signs requests, for many in one process.

Standard input: a request a line (Tests/BackendS3Tests/Signing/SignedRequest.swift); standard output: a line for each,
with the Host header, the path as encoded, and what the signature adds.
"""
import base64
import datetime
import json
import sys
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.utils import percent_encode, percent_encode_sequence


def url(asked):
    scheme, rest = asked["endpoint"].split("://")
    if asked["isVirtual"]:
        root = f"{scheme}://{asked['bucket']}.{rest}"
    else:
        root = f"{asked['endpoint']}/{asked['bucket']}"
    if asked.get("key") is not None:
        root += "/" + percent_encode(base64.b64decode(asked["key"]), safe="/~")
    elif asked["isVirtual"]:
        root += "/"
    fields = [(field["name"], base64.b64decode(field["value"])) for field in asked["query"]]
    return root + ("?" + percent_encode_sequence(fields) if fields else "")


def sign(asked):
    body = asked.get("body")
    request = AWSRequest(
        method=asked["method"], url=url(asked), data=base64.b64decode(body) if body else None,
    )
    for header in asked["headers"]:
        # Adds, and replaces nothing.
        request.headers[header["name"]] = header["value"]
    request.context["client_config"] = Config(s3={"payload_signing_enabled": body is not None})
    credentials = Credentials(asked["accessKeyID"], asked["secretAccessKey"], asked.get("sessionToken"))
    place = (credentials, asked["service"], asked["region"])
    at = datetime.datetime.fromtimestamp(asked["seconds"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_: at
    if asked.get("expiresAfter") is not None:
        signer = botocore.auth.S3SigV4QueryAuth(*place, expires=asked["expiresAfter"])
    else:
        signer = botocore.auth.S3SigV4Auth(*place)
    signer.add_auth(request)
    names = ["X-Amz-Date", "X-Amz-Content-SHA256", "X-Amz-Security-Token", "Authorization"]
    parts = urlsplit(request.url)
    return {
        "host": signer.headers_to_sign(request)["host"],
        "path": parts.path,
        "headers": {name.lower(): request.headers[name] for name in names if name in request.headers},
        # Of which the order is no matter once it is signed.
        "query": sorted(parts.query.split("&")) if parts.query else [],
    }


def main():
    for line in sys.stdin:
        print(json.dumps(sign(json.loads(line))))


main()
