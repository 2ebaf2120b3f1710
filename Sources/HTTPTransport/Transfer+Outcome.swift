// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl

extension Transfer {
    /// What the sender gets, now that libcurl is done with `code`.
    func outcome(_ code: CURLcode, _ handle: EasyHandle) -> Outcome {
        if let failure { return .failure(failure) }
        if code == CURLE_OK || isSatisfied, status > 0 {
            // libcurl takes a head that is cut off for a whole one.
            guard headersAreComplete else { return .failure(truncation("the answer ended within its headers")) }
            guard isSatisfied || isComplete else {
                return .failure(truncation("the answer ended after \(received) of \(expectedLength ?? 0) bytes"))
            }
            return .success(HTTPResponse(status: status, headers: headers, body: body))
        }
        let message = handle.message(code)
        if code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR && headersAreComplete && !isComplete {
            return .failure(truncation(message))
        }
        return .failure(HTTPError(kind(of: code), message, requestWasSent: handle.requestBytes > 0))
    }

    private func truncation(_ message: String) -> HTTPError { HTTPError(.truncated, message, requestWasSent: true) }

    /// Whether as many bytes came as the answer announced, if it announced any.
    private var isComplete: Bool {
        guard let expectedLength, !isChunked else { return true }
        return request.method == .head || status == 204 || status == 304 || received >= expectedLength
    }

    private func kind(of code: CURLcode) -> HTTPError.Kind {
        switch code {
        case CURLE_URL_MALFORMAT: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .hostNotFound
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .connectFailed
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_FAIL_REWIND: .connectionLost
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            .tls
        default: .unexpected
        }
    }
}

extension EasyHandle {
    /// Bytes of the request given to the network, its body excepted unless it travelled with the headers.
    var requestBytes: Int { godwit_easy_get_long(raw, CURLINFO_REQUEST_SIZE) }

    /// Whether the exchange made no connection of its own.
    var usedKeptConnection: Bool { godwit_easy_get_long(raw, CURLINFO_NUM_CONNECTS) == 0 }
}
