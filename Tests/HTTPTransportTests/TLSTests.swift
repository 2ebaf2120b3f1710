// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
struct TLSTests {
    /// `openssl s_server -www` with a certificate of its own for localhost, in a directory that goes away with it.
    private final class Server {
        let directory: URL
        let port: Int
        private let process = Process()
        var caFile: String { directory.appending(path: "cert.pem").path }

        init(_ options: [String] = []) throws {
            directory = FileManager.default.temporaryDirectory.appending(path: "godwit-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let made = try Self.openssl(
                directory,
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem",
                    "-out", "cert.pem",
                ])
            made.waitUntilExit()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.currentDirectoryURL = directory
            process.arguments =
                ["s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-www"] + options
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            // It says "ACCEPT 127.0.0.1:PORT".
            var said = ""
            var found: Int?
            while found == nil {
                let more = output.fileHandleForReading.availableData
                guard !more.isEmpty else { break }
                said += String(decoding: more, as: UTF8.self)
                found = said.components(separatedBy: "\n").dropLast().first { $0.hasPrefix("ACCEPT") }?
                    .components(separatedBy: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
            }
            port = try #require(found)
        }

        deinit {
            // A child of a task's thread inherits its blocked signals: SIGTERM would not reach it.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try? FileManager.default.removeItem(at: directory)
        }

        private static func openssl(_ directory: URL, _ arguments: [String]) throws -> Process {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.currentDirectoryURL = directory
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            return process
        }
    }

    @Test func certificateIsVerifiedUnlessToldOtherwise() async throws {
        let server = try Server()
        let url = "https://localhost:\(server.port)/"
        let refused = await #expect(throws: HTTPError.self) {
            try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, url))
        }
        #expect(refused?.kind == .tls)
        #expect(refused?.requestWasSent == false)
        #expect(refused?.message.contains("certificate") == true)

        var trusting = HTTPConfiguration()
        trusting.caFile = server.caFile
        let client = HTTPClient(trusting)
        #expect(try await client.send(HTTPRequest(.get, url)).status == 200)
        // The name is verified too: the certificate does not name the address.
        let misnamed = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        #expect(misnamed?.kind == .tls)

        var careless = HTTPConfiguration()
        careless.verifiesCertificates = false
        #expect(try await HTTPClient(careless).send(HTTPRequest(.get, url)).status == 200)
    }

    @Test func missingBundleIsATLSError() async throws {
        let server = try Server()
        var configuration = HTTPConfiguration()
        configuration.caFile = "/nonexistent/ca.pem"
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(configuration).send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
        }
        #expect(error?.kind == .tls)
    }

    /// `s_server -www` closes after each answer, so every request is a new connection; its page says whether the
    /// session is new.
    @Test func sessionIsReused() async throws {
        let server = try Server(["-tls1_2"])
        var configuration = HTTPConfiguration()
        configuration.caFile = server.caFile
        let client = HTTPClient(configuration)
        var pages: [String] = []
        for _ in 0..<2 {
            let response = try await client.send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
            pages.append(String(decoding: response.body, as: UTF8.self))
        }
        #expect(pages[0].contains("New, TLSv1.2"))
        #expect(pages[1].contains("Reused, TLSv1.2"))
    }
}
