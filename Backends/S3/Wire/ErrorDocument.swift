// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What an `Error` document says
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
struct ErrorDocument: Sendable, Hashable {
    var code = ""
    var message = ""
    var requestID = ""
    /// The region that the bucket is in, where the store names it.
    var region: String?

    init() {}

    init(_ element: ReplyElement) {
        code = element["Code"]?.text ?? ""
        message = element["Message"]?.text ?? ""
        requestID = element["RequestId"]?.text ?? ""
        region = element["Region"]?.text
    }

    /// The error that `body` holds; nil when it is not such a document (HTML from a proxy, nothing at all). Some
    /// stores wrap it: `<ErrorResponse><Error>`.
    init?(parsing body: [UInt8]) {
        guard let root = ReplyElement(parsing: body) else { return nil }
        if root.name == "Error" {
            self.init(root)
        } else if let inner = root["Error"], root.name == "ErrorResponse" {
            self.init(inner)
        } else {
            return nil
        }
    }
}
