# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""Where botocore sends requests to buckets of all kinds, and how it signs them, for many in one process.

Standard input: a case a line (Tests/BackendS3Tests/Signing/AddressedRequest.swift); standard output: a line for each, with
the URL, the signed headers and the authorization; or with what botocore refuses it for.
"""
import base64
import datetime
import io
import json
import sys

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config

SESSION = b"""<CreateSessionResult><Credentials><SessionToken>SESSIONTOKEN</SessionToken>
<SecretAccessKey>SESSIONSECRET</SecretAccessKey><AccessKeyId>SESSIONKEY</AccessKeyId>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"""


class Body(io.BytesIO):
    def stream(self, **_):
        yield self.read()


def call(client, asked):
    place = {"Bucket": asked["bucket"]}
    key = {**place, "Key": base64.b64decode(asked["key"]).decode()}
    operation = asked["operation"]
    if operation == "get":
        client.get_object(**key)
    elif operation == "copy":
        source = {"Bucket": asked["source"], "Key": key["Key"]}
        client.copy_object(**key, CopySource=source)
    elif operation == "session":
        client.create_session(**place)
    elif operation == "create":
        client.create_bucket(**place)
    elif operation == "remove":
        client.delete_bucket(**place)
    else:
        client.list_directory_buckets()


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def ask(session, asked):
    client = session.create_client(
        "s3", region_name=asked["region"], endpoint_url=asked.get("endpoint"),
        aws_access_key_id=asked["accessKeyID"], aws_secret_access_key=asked["secretAccessKey"],
        aws_session_token=asked.get("sessionToken"),
        config=Config(
            use_fips_endpoint=asked["usesFIPS"], use_dualstack_endpoint=asked["usesDualStack"],
            retries={"total_max_attempts": 1},
            s3={
                "use_arn_region": asked["usesARNRegion"],
                "disable_s3_express_session_auth": asked["disablesSessions"]}))
    at = datetime.datetime.fromtimestamp(asked["seconds"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_: at
    sent = []

    def answer(request, **_):
        is_session = request.url.endswith("?session")
        if not is_session or asked["operation"] == "session":
            sent.append(request)
        return AWSResponse(request.url, 200, {}, Body(SESSION if is_session else b""))

    client.meta.events.register("before-send.s3", answer)
    try:
        call(client, asked)
    except Exception as error:
        # An empty answer to what was sent is no matter.
        if not sent:
            return {"refusal": f"{type(error).__name__}: {error}", "url": "", "headers": {}}
    headers = {name.lower(): text(value) for name, value in sent[0].headers.items()}
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    return {
        "url": sent[0].url, "authorization": headers["authorization"],
        "headers": {name: headers[name] for name in signed if name in headers},
    }


def main():
    session = botocore.session.get_session()
    for line in sys.stdin:
        print(json.dumps(ask(session, json.loads(line))))


main()
