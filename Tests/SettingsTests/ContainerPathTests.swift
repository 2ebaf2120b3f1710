// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Settings

@Suite struct ContainerPathTests {
    private static let point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/door"
    private static let outpost = "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/door"

    @Test(
        arguments: [
            ("bucket", "bucket", ""), ("bucket/", "bucket", ""), ("bucket//a/", "bucket", "/a/"), ("", "", ""),
            ("/x", "", "x"), (point, point, ""), ("\(point)/", point, ""), ("\(point)/a/b:c", point, "a/b:c"),
            ("\(point)//a", point, "/a"),
            ("arn:aws:s3:eu-west-1:123456789012:accesspoint:door/a/b", point, "a/b"),
            ("arn:aws:s3:eu-west-1:123456789012:accesspoint:door", point, ""),
            ("\(outpost)/a/b", outpost, "a/b"), (outpost, outpost, ""),
            ("arn:aws:s3-outposts:eu-west-1:123456789012:outpost:op-1:accesspoint:door/a:b/", outpost, "a:b/"),
            // What is no resource is refused as one, not taken for the bucket `arn`.
            ("\(point):sub/k", "\(point):sub", "k"),
            ("arn:aws:s3:::accesspoint/x.mrap/k", "arn:aws:s3:::accesspoint/x.mrap", "k"),
            ("arn:aws:s3", "arn:aws:s3", ""), ("arn:a/b:c:d:e:f/g", "arn:a", "b:c:d:e:f/g"),
            // Only at the bucket's place.
            ("b/\(point)/k", "b", "\(point)/k"),
        ] as [(String, String, String)])
    func keysBeginBehindTheContainer(path: String, container: String, key: String) throws {
        for text in ["s3://\(path)", ":s3,provider=AWS:\(path.first == "/" ? "/" : "")\(path)"] {
            let location = try LocationParser.parse(text)
            let found = try Configuration.empty(environment: [:]).resolve(location).containerAndKey
            #expect(found.container == container, "\(text)")
            #expect(found.key == ObjectKey(key), "\(text)")
        }
    }

    @Test func aliasesLeadIntoAccessPoints() throws {
        let configuration = try Configuration.empty(environment: [
            "GODWIT_CONFIG_A_TYPE": "alias", "GODWIT_CONFIG_A_REMOTE": "s3://\(Self.point)/in",
        ])
        let found = try configuration.resolve(LocationParser.parse("a:x/y"))
        #expect(found.containerAndKey.container == Self.point)
        #expect(found.containerAndKey.key == ObjectKey("in/x/y"))
    }

    @Test func namesOfResourcesAreForS3Only() throws {
        let found = try Configuration.empty(environment: [:]).resolve(LocationParser.parse(":memory:\(Self.point)/k"))
        #expect(found.containerAndKey.container == "arn:aws:s3:eu-west-1:123456789012:accesspoint")
        #expect(found.containerAndKey.key == ObjectKey("door/k"))
    }

    @Test func oneVersionIsOfAKeyInAnAccessPoint() throws {
        let configuration = try Configuration.empty(environment: [:])
        let found = try configuration.resolve(LocationParser.parse("s3://\(Self.point)/k?versionId=7")).ofNamedVersion
        #expect(found.containerAndKey.key == ObjectKey("k") && found.settings["version_id"] == "7")
        let none = try configuration.resolve(LocationParser.parse("s3://\(Self.point)?versionId=7")).ofNamedVersion
        #expect(none.settings["version_id"] == nil)
    }
}
