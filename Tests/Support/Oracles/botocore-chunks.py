# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""How botocore sends bodies in chunks with a checksum behind them, for many in one process.

Standard input: an upload a line (Tests/BackendS3Tests/Signing/ChunkedUpload.swift); standard output: a line for each,
with its headers and the body as it goes.
"""
import base64
import datetime
import io
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from botocore.httpchecksum import AwsChunkedWrapper, apply_request_checksum


def send(asked):
    AwsChunkedWrapper._DEFAULT_CHUNK_SIZE = asked["chunkSize"]
    algorithm = asked["algorithm"]
    name = f"x-amz-checksum-{algorithm}"
    request = {
        "url": "https://s3.example/bucket/key",
        "headers": {header["name"].title(): header["value"] for header in asked["headers"]},
        "body": io.BytesIO(base64.b64decode(asked["content"])),
        "context": {
            "checksum": {"request_algorithm": {"algorithm": algorithm, "in": "trailer", "name": name}},
        },
    }
    apply_request_checksum(request)
    sent = AWSRequest(method="PUT", url=request["url"], headers=HTTPHeaders.from_dict(request["headers"]))
    sent.context.update(request["context"])
    at = datetime.datetime.fromtimestamp(asked["seconds"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_: at
    credentials = Credentials("testkey", "testsecret")
    botocore.auth.S3SigV4Auth(credentials, "s3", asked["region"]).add_auth(sent)
    # It leaves the length to the chunks of HTTP.
    headers = {key.lower(): value for key, value in sent.headers.items() if key.lower() != "transfer-encoding"}
    return {"headers": headers, "body": base64.b64encode(request["body"].read()).decode()}


def main():
    for line in sys.stdin:
        print(json.dumps(send(json.loads(line))))


main()
