// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageLayers
public import StorageModel
public import SyncEngine

extension Session {
    /// Bytes of a part of what is copied on this machine at a rate.
    private static let pacedPartSize: Int64 = 256 << 10

    /// Prepares a run between locations that this session opened.
    public func prepare(
        _ options: SyncOptions, from source: SyncLocation, to target: SyncLocation,
        observer: (any SyncObserver)? = nil, recording: RunRecording? = nil
    ) -> SessionRun {
        var options = options
        var target = target
        let (from, into) = (registry.facts(of: source.backend), registry.facts(of: target.backend))
        into.tuning.fill(&options.transferring)
        recording?.apply(to: &options)
        if from.local != nil, into.local != nil { target.backend = paced(target.backend, &options.transferring) }
        let layers = self.layers
        let engine = SyncSession(
            source: source, target: target, options: options, observer: observer, journal: recording?.recorder
        ) {
            layers.retries.count
        }
        return SessionRun(engine: engine, source: source, target: target, options: options)
    }

    /// `backend` with the rates of this session: no client paces what never leaves this machine.
    private func paced(_ backend: any Backend, _ transferring: inout TransferOptions) -> any Backend {
        let rate = options.transferUploadRate ?? options.transferDownloadRate
        guard options.rates != nil || rate != nil else { return backend }
        // A part waits for its turn and then goes at once: small ones keep the rate also over seconds.
        transferring.partSize = transferring.partSize ?? Self.pacedPartSize
        var paced = backend
        if let rates = options.rates { paced = InterceptedBackend(paced, rates.local) }
        if let rate { paced = InterceptedBackend(paced, ObjectPace(rate: rate)) }
        return paced
    }

    /// Compares and carries out; every failure of an object is in the report, never thrown.
    public func run(
        _ options: SyncOptions, from source: SyncLocation, to target: SyncLocation, observer: (any SyncObserver)? = nil
    ) async -> SyncReport {
        await prepare(options, from: source, to: target, observer: observer).run()
    }

    /// Copies, moves or compares the one object that `source` is, to exactly `key` in `target`.
    public func runObject(
        _ options: SyncOptions, source: OpenLocation, to target: any Backend, key: ObjectKey,
        observer: (any SyncObserver)? = nil
    ) async -> SyncReport {
        guard let backend = source.backend, case .object(let sourceKey) = source.form else {
            var report = SyncReport()
            report.stop = .failed(
                StorageError(
                    .invalidConfiguration, during: .validate, at: source.display, message: "this is not one object"))
            return report
        }
        let run = prepare(
            options, from: SyncLocation(backend: backend), to: SyncLocation(backend: target), observer: observer)
        return await run.runObject(sourceKey, to: key)
    }
}
