// swift-tools-version: 6.2
// Part of godwit. SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Every target compiles in Swift 6 mode with the same features; one array keeps them equal.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let release = BuildSettingCondition.when(platforms: [.linux], configuration: .release)

/// The command line has Swift's runtime in it: it starts sooner, calls the runtime directly and runs where no Swift is
/// installed. C libraries stay dynamic, for the system to keep up to date. Foundation's own libraries follow, which only a
/// static Foundation asks for.
let staticRuntime: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib", "-Xlinker", "--no-export-dynamic"], release),
    .linkedLibrary("CoreFoundation", release),
    .linkedLibrary("_FoundationCShims", release),
    .linkedLibrary("_FoundationCollections", release),
    .linkedLibrary("_FoundationICU", release),
]

let package = Package(
    name: "godwit",
    products: [
        .library(name: "Godwit", targets: ["Godwit"]),
        .executable(name: "godwit", targets: ["GodwitMain"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // L0: C libraries, a module map and a shim each.
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
        system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        .target(name: "CLinux", path: "Sources/CLinux"),
        .target(name: "CLocaleData", path: "Sources/CLocaleData"),

        // L1: the vocabulary.
        library("StorageModel"),

        // L2: one external concern each.
        library("Digests", ["StorageModel", "COpenSSL", "CLinux"]),
        library("Markup", ["CLibXML2"]),
        library("Compression", ["CZstd", "CZlib"]),
        library("HTTPTransport", ["StorageModel", "CCurl"]),

        // L3: policies around a backend, and selection rules.
        library("StorageLayers", ["StorageModel", "Digests"]),
        library("Selection", ["StorageModel", "Digests"]),

        // Backends: the vocabulary and L2 only, never the engine, never one another.
        library("BackendMemory", ["StorageModel", "Digests"], path: "Backends/Memory"),
        library("BackendLocal", ["StorageModel", "Digests", "CLinux"], path: "Backends/Local"),
        library("BackendS3", ["StorageModel", "Digests", "Markup", "HTTPTransport"], path: "Backends/S3"),

        // L4: the engine. Knows no backend, no command line.
        library(
            "SyncEngine",
            [
                "StorageModel", "Selection", "Digests", "Compression",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),

        // L4: what other programs say of a store's objects, as listings. Beside the engine too.
        library("Replication", ["StorageModel", "Digests", "Compression"]),

        // L4: what a store does from here, measured. Beside the engine, and no more knowing of any backend.
        library("StoreBench", ["StorageModel"]),

        // L5: configuration files and environment to typed remote settings; what runs write down of themselves.
        library("Settings", ["StorageModel"]),
        library(
            "JournalStore",
            ["StorageModel", "SyncEngine", "Digests", "CLinux", .product(name: "GRDB", package: "GRDB.swift")]),

        // L6: the public library; opens remotes and fixes the order of the layers.
        library(
            "Godwit",
            [
                "StorageModel", "Digests", "StorageLayers", "Selection", "SyncEngine", "Replication", "Settings",
                "JournalStore", "HTTPTransport", "BackendMemory", "BackendLocal", "BackendS3",
            ]),

        // L7, L8: the command line.
        library(
            "CommandLineTool",
            [
                "Godwit", "StorageModel", "Selection", "SyncEngine", "Replication", "StoreBench", "Settings",
                "JournalStore", "Digests", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "GodwitMain", dependencies: ["CommandLineTool", "CLocaleData"], path: "Sources/GodwitMain",
            swiftSettings: settings, linkerSettings: staticRuntime),

        // Tests.
        .target(
            name: "StorageTestKit", dependencies: ["StorageModel", "Digests", "BackendMemory"],
            path: "Tests/Support/StorageTestKit", swiftSettings: settings),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "StorageModel", "Digests", "Markup", "Compression", "HTTPTransport", "Selection", "Settings",
                "BackendLocal", "BackendS3", "SyncEngine", "CommandLineTool",
            ],
            path: "Tests/Support/FuzzTargets", swiftSettings: settings),
        tests("FuzzTests", ["FuzzTargets"]),
        tests("StorageModelTests", ["StorageModel"]),
        tests("DigestsTests", ["Digests", "StorageModel", "CLinux"]),
        tests("MarkupTests", ["Markup"]),
        tests("CompressionTests", ["Compression"]),
        tests("HTTPTransportTests", ["HTTPTransport", "StorageModel"]),
        tests(
            "StorageLayersTests", ["StorageLayers", "StorageModel", "BackendMemory", "Digests", "StorageTestKit"]),
        tests("SelectionTests", ["Selection", "StorageModel"]),
        tests("BackendLocalTests", ["BackendLocal", "CLinux", "StorageTestKit", "StorageModel", "Digests"]),
        tests("BackendS3Tests", ["BackendS3", "HTTPTransport", "StorageModel", "Digests", "StorageTestKit"]),
        tests(
            "SyncEngineTests",
            [
                "SyncEngine", "BackendMemory", "BackendLocal", "BackendS3", "HTTPTransport", "Selection", "Digests",
                "StorageTestKit",
            ]),
        tests(
            "ReplicationTests", ["Replication", "StorageModel", "BackendMemory", "Digests", "StorageTestKit"]),
        tests("StoreBenchTests", ["StoreBench", "StorageModel", "BackendMemory", "StorageTestKit"]),
        tests("SettingsTests", ["Settings", "StorageModel"]),
        tests(
            "JournalStoreTests",
            [
                "JournalStore", "StorageModel", "SyncEngine", "StorageTestKit", "BackendLocal",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            "CommandLineToolTests",
            [
                "CommandLineTool", "Godwit", "StorageModel", "SyncEngine", "StoreBench", "Settings", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "GodwitTests",
            [
                "Godwit", "StorageModel", "SyncEngine", "HTTPTransport", "Settings", "BackendS3", "BackendMemory",
                "StorageTestKit",
            ]),
        tests(
            "ConformanceTests",
            [
                "StorageTestKit", "BackendMemory", "BackendLocal", "BackendS3", "StorageLayers", "StorageModel",
                "Digests", "HTTPTransport",
            ]),
        tests("EndToEndTests", ["StorageTestKit"]),
    ]
)

// For `make fuzz` only, since it needs libFuzzer.
if Context.environment["GODWIT_FUZZ"] != nil {
    package.products.append(.executable(name: "godwit-fuzz", targets: ["Fuzzer"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Support/Fuzzer",
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]))
}

// For `make bench-micro` only, which measures pieces that no product shows.
if Context.environment["GODWIT_MICRO"] != nil {
    for target in package.targets where target.type == .regular {
        target.swiftSettings?.append(.unsafeFlags(["-enable-testing"]))
    }
    package.targets.append(
        .executableTarget(
            name: "Micro",
            dependencies: [
                "StorageModel", "Digests", "Markup", "HTTPTransport", "Selection", "BackendMemory", "BackendLocal",
                "BackendS3", "SyncEngine",
            ], path: "Benchmarks/Micro", swiftSettings: settings))
}
