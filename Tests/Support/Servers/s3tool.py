#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""An independent reader and writer of a store, for tests: s3tool.py ENDPOINT OPERATION BUCKET [ARGUMENT...].

    make BUCKET [lock]          makes the bucket, with object lock
    put BUCKET < JSON           [{"key", "text" | "size" and "seed", "metadata", "options"}] -> objects
    door BUCKET NAME            makes an access point of MiniStack's to the bucket
    tag BUCKET KEY TAGS         gives an object the tags of a query
    decrypt BUCKET KEY SECRET   -> the MD5 of an object that is encrypted by a customer's key of 32 characters
    carried BUCKET              -> JSON {key: everything that a HEAD, its tags and its access list say of an object}
    list BUCKET [PREFIX]        -> JSON {key: {"md5", "size", "etag", "metadata", "type"}}, by reading every object
    keys BUCKET [PREFIX]        -> JSON [key], by listing
    versions BUCKET             -> JSON [key] of all versions that hold content
    happen BUCKET < JSON        as put, one after another for each key; {"key", "delete": true} deletes
    histories BUCKET            -> JSON {key: [what each version carries, or null for a delete marker]}, oldest first
    uploads BUCKET              -> JSON [key] of unfinished multipart uploads
    version BUCKET              has the bucket keep versions
    deny BUCKET ACTION...       denies everyone these actions in the bucket
    allow BUCKET USER < JSON    allows a user of Ceph's what a policy says, as that of the bucket
    begin BUCKET KEY            begins a multipart upload, which nobody finishes
    delete BUCKET KEY...        deletes
    empty BUCKET PREFIX...      deletes everything under each prefix
"""
import collections
import hashlib
import json
import random
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config


def connect(endpoint):
    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="testkey", aws_secret_access_key="testsecret",
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, max_pool_connections=16,
                      request_checksum_calculation="when_required", response_checksum_validation="when_required"))


def keys(client, bucket, prefix):
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"]


def content(wanted):
    if "text" in wanted:
        return wanted["text"].encode()
    return random.Random(wanted.get("seed", 0)).randbytes(wanted["size"])


def put(client, bucket, wanted):
    if wanted.get("delete"):
        return client.delete_object(Bucket=bucket, Key=wanted["key"])
    return client.put_object(
        Bucket=bucket, Key=wanted["key"], Body=content(wanted), Metadata=wanted.get("metadata", {}),
        **wanted.get("options", {}))


def listed_versions(client, bucket):
    """{key: [(version id, is a delete marker)]}, the oldest first. boto3 takes versions and markers apart, so the
    document itself is read; where a store lists them apart, the times decide."""
    rows = []

    def read(response_dict, **_):
        for element in xml.etree.ElementTree.fromstring(response_dict["body"]):
            kind = element.tag.rpartition("}")[2]
            if kind in ("Version", "DeleteMarker"):
                fields = {child.tag.rpartition("}")[2]: child.text for child in element}
                rows.append((urllib.parse.unquote_plus(fields["Key"]), fields["VersionId"], kind == "DeleteMarker",
                             fields["LastModified"]))

    client.meta.events.register("before-parse.s3.ListObjectVersions", read)
    for _ in client.get_paginator("list_object_versions").paginate(Bucket=bucket, EncodingType="url"):
        pass
    found, places = collections.defaultdict(list), collections.defaultdict(list)
    for place, row in enumerate(rows):
        found[row[0]].append(row)
        places[row[0]].append(place)
    for key, versions in found.items():
        if places[key][-1] - places[key][0] >= len(places[key]):
            versions.sort(key=lambda row: row[3], reverse=True)
        versions.reverse()
    return {key: [(row[1], row[2]) for row in versions] for key, versions in found.items()}


def describe(client, bucket, key):
    reply = client.get_object(Bucket=bucket, Key=key)
    body = reply["Body"].read()
    return {"md5": hashlib.md5(body).hexdigest(), "size": len(body), "etag": reply["ETag"].strip('"'),
            "metadata": reply["Metadata"], "type": reply.get("ContentType")}


def carried(client, bucket, key, version=None):
    which = {"Bucket": bucket, "Key": key}
    if version:
        which["VersionId"] = version
    reply = client.head_object(**which)
    names = ("ContentType", "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ExpiresString",
             "StorageClass", "WebsiteRedirectLocation", "ObjectLockMode", "ObjectLockRetainUntilDate",
             "ObjectLockLegalHoldStatus")
    found = {name: str(reply[name]) for name in names if reply.get(name)}
    found.update({f"meta.{name}": value for name, value in reply["Metadata"].items()})
    try:
        found.update({f"tag.{tag['Key']}": tag["Value"]
                      for tag in client.get_object_tagging(**which)["TagSet"]})
    except client.exceptions.NoSuchKey:
        # MiniStack knows the tags of what is current only.
        found["tag."] = "?"
    try:
        reply = client.get_object_acl(**which)
        for grant in reply["Grants"]:
            grantee = grant["Grantee"].get("URI") or grant["Grantee"]["ID"]
            if grantee != reply["Owner"]["ID"]:
                found[f"grant.{grantee.rsplit('/', 1)[-1]}"] = grant["Permission"]
    except client.exceptions.ClientError as error:
        # moto fails on objects that came in parts.
        found["grant"] = str(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return found


def happened(client, bucket, key, versions):
    events = []
    for version, is_marker in versions:
        if is_marker:
            events.append(None)
            continue
        body = client.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
        events.append({"md5": hashlib.md5(body).hexdigest(), "version": version,
                       **carried(client, bucket, key, version)})
    return events


def open_door(endpoint, bucket, name):
    """boto3 would put the account before the host, which is an address."""
    scope = "testkey/20260101/us-east-1/s3/aws4_request"
    body = ('<CreateAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">'
            f"<Bucket>{bucket}</Bucket></CreateAccessPointRequest>")
    urllib.request.urlopen(urllib.request.Request(
        f"{endpoint}/v20180820/accesspoint/{name}", data=body.encode(), method="PUT", headers={
            "x-amz-account-id": "000000000000",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}))


def main(endpoint, operation, bucket, *arguments):
    client = connect(endpoint)
    prefix = arguments[0] if arguments else ""
    with ThreadPoolExecutor(8) as pool:
        if operation == "make":
            client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket="lock" in arguments)
        elif operation == "door":
            open_door(endpoint, bucket, arguments[0])
        elif operation == "tag":
            tags = [tag.split("=", 1) for tag in arguments[1].split("&")]
            client.put_object_tagging(Bucket=bucket, Key=arguments[0], Tagging={
                "TagSet": [{"Key": key, "Value": value} for key, value in tags]})
        elif operation == "decrypt":
            reply = client.get_object(Bucket=bucket, Key=arguments[0], SSECustomerAlgorithm="AES256",
                                      SSECustomerKey=arguments[1])
            print(hashlib.md5(reply["Body"].read()).hexdigest(), end="")
        elif operation == "carried":
            found = list(keys(client, bucket, ""))
            json.dump(dict(zip(found, pool.map(lambda key: carried(client, bucket, key), found))), sys.stdout)
        elif operation == "put":
            objects = json.load(sys.stdin)
            list(pool.map(lambda wanted: put(client, bucket, wanted), objects))
        elif operation == "happen":
            events = collections.defaultdict(list)
            for wanted in json.load(sys.stdin):
                events[wanted["key"]].append(wanted)
            list(pool.map(lambda key: [put(client, bucket, wanted) for wanted in events[key]], events))
        elif operation == "histories":
            found = list(listed_versions(client, bucket).items())
            json.dump(dict(zip((key for key, _ in found), pool.map(
                lambda pair: happened(client, bucket, *pair), found))), sys.stdout)
        elif operation == "list":
            found = list(keys(client, bucket, prefix))
            json.dump(dict(zip(found, pool.map(lambda key: describe(client, bucket, key), found))), sys.stdout)
        elif operation == "keys":
            json.dump(list(keys(client, bucket, prefix)), sys.stdout)
        elif operation == "versions":
            reply = client.list_object_versions(Bucket=bucket)
            json.dump([version["Key"] for version in reply.get("Versions", [])], sys.stdout)
        elif operation == "uploads":
            reply = client.list_multipart_uploads(Bucket=bucket)
            json.dump([upload["Key"] for upload in reply.get("Uploads", [])], sys.stdout)
        elif operation == "version":
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        elif operation == "deny":
            names = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
            client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
                {"Effect": "Deny", "Principal": "*", "Action": list(arguments), "Resource": names}]}))
        elif operation == "allow":
            policy = json.load(sys.stdin)
            for statement in policy["Statement"]:
                statement["Principal"] = {"AWS": [f"arn:aws:iam:::user/{arguments[0]}"]}
            client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        elif operation == "begin":
            client.create_multipart_upload(Bucket=bucket, Key=arguments[0])
        elif operation == "delete":
            for key in arguments:
                client.delete_object(Bucket=bucket, Key=key)
        elif operation == "empty":
            found = [key for prefix in arguments for key in keys(client, bucket, prefix)]
            list(pool.map(lambda key: client.delete_object(Bucket=bucket, Key=key), found))
        else:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
