// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
internal import StorageModel
internal import Synchronization

/// The session's HTTP clients: one for each way to connect, so that both sides share connections where they can.
final class HTTPClients: Sendable {
    /// What may differ between the remotes of one session.
    struct Way: Sendable, Hashable {
        var verifiesCertificates = true
        var caFile: String?
        var proxy: String?
        var noProxy: String?
    }

    private let shared: HTTPConfiguration
    private let clients = Mutex<[Way: HTTPClient]>([:])

    init(_ options: SessionOptions) {
        var shared = HTTPConfiguration()
        shared.connectTimeout = options.connectTimeout
        shared.idleTimeout = options.idleTimeout
        shared.connectionsMax = max(options.connectionsMax, 1)
        shared.pacesHosts = options.isRegulated
        if let rates = options.rates { (shared.uploadRate, shared.downloadRate) = (rates.upload, rates.download) }
        shared.transferUploadRate = options.transferUploadRate
        shared.transferDownloadRate = options.transferDownloadRate
        shared.requestRate = options.requestLimit?.rate
        self.shared = shared
    }

    /// The client that connects in this way.
    func client(_ way: Way) -> HTTPClient {
        clients.withLock { clients in
            if let client = clients[way] { return client }
            var configuration = shared
            configuration.verifiesCertificates = way.verifiesCertificates
            configuration.caFile = way.caFile
            configuration.proxy = way.proxy
            configuration.noProxy = way.noProxy
            let client = HTTPClient(configuration)
            clients[way] = client
            return client
        }
    }

    func shutdown() {
        let all = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        for client in all { client.shutdown() }
    }
}

extension HTTPClients.Way {
    /// The proxy that the environment names for URLs of `scheme`, by curl's rules
    /// (https://everything.curl.dev/usingcurl/proxies/env.html).
    init(scheme: String, environment: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        proxy = value("\(scheme)_proxy", "\(scheme.uppercased())_PROXY", "all_proxy", "ALL_PROXY")
        noProxy = proxy == nil ? nil : value("no_proxy", "NO_PROXY")
        caFile = value("AWS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
    }
}
