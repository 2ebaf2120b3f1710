// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import Selection
public import StorageModel

/// What a run is asked to do; immutable, passed down.
public struct SyncOptions: Sendable {
    public var mode: SyncMode
    public var comparing = ComparisonOptions()
    public var deleting = DeletionOptions()
    public var transferring = TransferOptions()
    public var cutoff = CutoffOptions()
    public var archives = ArchiveOptions()
    public var selection = Selection.all
    /// The objects to look at, instead of listings; nil: those that are listed.
    public var names: NameList?
    /// What the source has, from elsewhere than its own listing (an inventory), as whole keys in no order; nil: its own listing
    /// tells. It may be older: nothing is deleted that the source has by now.
    public var sourceListing: (@Sendable () -> any Listing)?
    /// Directories that hold an object of one of these names are left out, with all below.
    public var exclusionMarkers: [ObjectKey] = []
    /// Whether the target is listed; else each object of the source is looked up there. Not for `sync`, which has to
    /// know what else there is.
    public var traversesTarget = true
    /// Copy every version and delete marker, not only what is current.
    public var copiesVersions = false
    /// Put back what the location, which is source and target alike, held then; nil: it is an ordinary run.
    public var restoresTo: Timestamp?
    /// Decide and report, change nothing.
    public var dryRun = false
    /// Transfer nothing until everything is compared.
    public var checksFirst = false
    /// In which order transfers begin; nil: as the listings come, of small and large objects side by side.
    public var order: TransferOrder?
    /// Where else objects may be that would be transferred; nil: nowhere.
    public var elsewhere: ElsewhereOptions?
    /// Who is told what a dry run decides, to carry it out later; nil: nobody.
    public var planSink: (any PlanSink)?
    /// What the run carries out, instead of deciding by itself; nil: it decides.
    public var plan: AppliedPlan?
    /// Who is asked before anything is changed; nil: nobody.
    public var approver: (any Approver)?
    /// Passes over what failed, the first included.
    public var passesMax = 3
    /// Stop after this many failed objects; nil: go on.
    public var errorsMax: Int?
    /// Refuse to change an object that exists at the target.
    public var immutable = false
    /// Map keys that cannot be local paths reversibly instead of failing them.
    public var escapesKeys = false
    public var links = ListRequest.LinkPolicy.skip
    /// Also make the source's empty directories at the target.
    public var createsEmptyDirectories = false
    /// Take up no upload that an earlier run left.
    public var restarts = false
    /// Where an earlier run stopped that this one goes on with.
    public var resuming: ResumePoint?
    /// How what is overwritten or deleted is kept, so that the run can be undone; nil: it is not.
    public var undo: UndoOptions?
    /// Where what is overwritten or deleted is kept for its own sake; nil, or when it is kept for an undo: nowhere.
    public var backup: BackupOptions?
    /// Where listings are sorted that come in no order, and long lists of deletions wait.
    public var temporaryDirectory = "/tmp"
    /// What earlier runs proved and this one proves; nil: nothing is kept.
    public var state: StateOptions?

    public init(mode: SyncMode) { self.mode = mode }

    /// What of the target is looked at. What lies deeper than the run goes is not excluded, but out of its sight.
    var targetSelection: Selection { deleting.deletesExcluded ? selection.depthOnly : selection }

    /// Whether objects are looked at one by one, at both sides or at the target.
    var looksUp: Bool { names != nil || plan != nil || !traversesTarget && mode != .sync }
}

/// What a run does with what differs.
public enum SyncMode: String, Sendable, Hashable {
    /// Copies what is new or changed, deletes nothing.
    case copy
    /// Also deletes what the source lacks.
    case sync
    /// Copies, proves, then deletes the source object.
    case move
    /// Compares and reports only.
    case check
}

/// How a run tells whether two objects are the same.
public struct ComparisonOptions: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, CaseIterable { case auto, size, mtime, checksum }
    public var method = Method.auto
    /// Times this close are equal.
    public var modifyWindow: Duration = .nanoseconds(1)
    /// Skip what is newer at the target.
    public var update = false
    public var ignoresExisting = false
    /// Transfer everything.
    public var ignoresTimes = false
    public var ignoresSize = false
    /// By time, the contents do not matter where times differ.
    public var exactTimes = false
    /// By content, both sides are read whatever digests they offer.
    public var readsContent = false
    /// What objects of the same content carry is compared, too, whatever the listings say.
    public var comparesMetadata = false
    /// `check` only: report nothing for what only the target has.
    public var oneWay = false
    public init() {}
}

/// What a run may delete.
public struct DeletionOptions: Sendable, Hashable {
    /// Past this nothing at all is deleted.
    public var limit: Limit?
    /// Bytes of objects; past them nothing at all is deleted either.
    public var bytesMax: Int64?
    public var allowsEmptySource = false
    /// Also delete at the target what selection excludes.
    public var deletesExcluded = false
    public var timing = Timing.after
    /// Look for new objects among those that are going to be deleted, which the store can copy by itself.
    public var tracksRenames = false

    /// When it is done; never before both listings ended without an error.
    public enum Timing: Sendable, Hashable {
        /// Before anything is transferred, so that everything is compared first.
        case before
        /// While objects are transferred.
        case during
        /// Once every transfer succeeded.
        case after
    }

    public enum Limit: Sendable, Hashable {
        case count(Int)
        /// Of the selected target objects, 0 ... 100.
        case percentage(Double)
    }
    public init() {}
}

/// How much a run may move and how long it may take, and how it ends then.
public struct CutoffOptions: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// What is under way is interrupted.
        case hard
        /// What is under way is finished.
        case soft
        /// As `soft`, and nothing begins that would reach the limit of bytes.
        case cautious
    }

    /// Bytes of objects, those that the store copies by itself included; nil: no limit.
    public var bytesMax: Int64?
    /// Nil: no limit.
    public var durationMax: Duration?
    public var mode = Mode.hard
    public init() {}
}

/// What becomes of objects that the source's store has archived.
public struct ArchiveOptions: Sendable, Hashable {
    /// How they are asked for; nil: they are left out, with a reason.
    public var restore: RestoreRequest?
    /// Whether a run stays until what is being restored can be read, and copies it then.
    public var waits = false
    /// How long it waits before it looks for the first time; later, for longer.
    public var pause = Duration.seconds(1)
    public init() {}
}

/// How a run moves bytes, within which bounds, and how it proves them.
public struct TransferOptions: Sendable, Hashable {
    public enum Verification: String, Sendable, Hashable, CaseIterable { case none, transferred, all }
    public enum ServerSide: String, Sendable, Hashable, CaseIterable { case auto, never, only }

    /// Objects in flight at once; nil: chosen by the engine.
    public var transfers: Int?
    /// Comparisons in flight at once that need a request or a read; nil: chosen by the engine.
    public var checkers: Int?
    /// Bytes of object content in memory at once.
    public var memoryMax: Int64 = 64 << 20
    /// The size of a part; nil: a pure function of the object's size (``PartLayout``).
    public var partSize: Int64?
    /// Objects above this are written in parts; nil: above one part.
    public var uploadCutoff: Int64?
    /// Objects above this are copied server-side in parts; nil: the store's limit.
    public var copyCutoff: Int64?
    /// Parts of one object in flight at once; nil: chosen by the engine.
    public var partsInFlight: Int?
    public var verification = Verification.transferred
    public var serverSide = ServerSide.auto
    /// What travels with an object beside its bytes, where both stores have it.
    public var preserved: Attributes = [.metadata, .tags, .lock, .storageClass, .times, .redirect]
    /// The class to write for a source's, by its name (`STANDARD` where it says none); an empty one stands for the
    /// target's usual. Others are kept.
    public var storageClasses: [String: String] = [:]
    /// System headers and user metadata that every object gets, whatever it has of these names.
    public var fields: [ObjectMetadata.UserField] = []
    /// Stop streaming, when a server-side copy was refused, after this many bytes; nil: no limit.
    public var streamMax: Int64?
    public init() {}
}
