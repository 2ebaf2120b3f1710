# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""What the filters of `aws s3` select, by the code of the aws command line itself, for many cases in one process.

Standard input: {"files": [name], "cases": [[[flag, pattern]]]}; standard output: a list of selected names for each case.
"""
import json
import sys

from awscli.customizations.s3.filters import create_filter


class FileInfo:
    def __init__(self, name):
        self.src, self.dest = "bucket/prefix/" + name, "/target/" + name
        self.src_type, self.dest_type, self.operation_name = "s3", "local", "download"


def main():
    asked = json.load(sys.stdin)
    answers = []
    for case in asked["cases"]:
        chosen = create_filter(
            {"filters": case, "dir_op": True, "src": "s3://bucket/prefix/", "dest": "/target/"}
        )
        names = [info.src[len("bucket/prefix/"):] for info in chosen.call([FileInfo(name) for name in asked["files"]])]
        answers.append(names)
    json.dump(answers, sys.stdout)


main()
