// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageLayers
public import StorageModel

/// What every remote of a session shares; immutable. Nothing below reads the environment.
public struct SessionOptions: Sendable {
    /// The configuration file named by the user; nil: searched for (CLI reference, "Locations").
    public var configurationFile: String?
    public var environment: [String: String]
    public var connectTimeout: Duration = .seconds(60)
    public var idleTimeout: Duration = .seconds(300)
    public var connectionsMax = 256
    /// How fast bytes go; nil: as fast as they can, from the beginning to the end.
    public var rates: TransferRates?
    /// How fast the bytes of each transfer go by itself, in bytes a second; nil: no limit.
    public var transferUploadRate: Int64?
    public var transferDownloadRate: Int64?
    /// Nil: no limit.
    public var requestLimit: RequestLimit?
    /// Attempts of one request, the first included; throttling answers are not counted.
    public var attemptsMax = 10
    /// Bytes of a listing's pages that are fetched ahead of whoever reads it.
    public var listedAheadMax = SplitLimits().bytesMax
    /// Whether requests are tried again, and how many go out at once is found. To measure a store, neither should be.
    public var isRegulated = true
    /// Settings that override those of the remote for one side: names as in the configuration file (`region`,
    /// `endpoint`, `profile`, `storage_class`, `acl`, `chunk_size`, ...).
    public var sourceOverrides: [String: String] = [:]
    public var targetOverrides: [String: String] = [:]
    /// Whether opening a target makes its bucket (`--create-bucket`).
    public var createsContainers = false
    /// Whether local directories map keys that cannot be paths reversibly instead of failing them.
    public var escapesKeys = false
    /// Whether local files are written in place, where partial content shows, rather than beside and renamed.
    public var writesInPlace = false
    /// Whether extended attributes of files hold what objects carry.
    public var keepsFileAttributes = true
    /// Whether mode, owner and group of files travel as user metadata.
    public var keepsFilePermissions = false
    /// Names the run, and so the temporary files that it makes; nil: at random.
    public var run: String?
    /// Asks a person for the code of the device for multi-factor authentication with this serial number; nil: nobody answers.
    public var askForCode: @Sendable (String) async -> String? = { _ in nil }
    /// What a symbolic link is that is opened as one object.
    public var links = ListRequest.LinkPolicy.skip

    public init(environment: [String: String]) {
        self.environment = environment
    }
}
