import EngineStorage
import EventLoop
import LoopFixture
import Posix
import PostgreSQL
import PostgreSQLFixture
import Storage
import Synchronization

/// A storage of several hosts with tables of its own and a place in an engine, and the same storage as another host has it.
public final class EngineUnderTest<Blobs: BlobStore>: Sendable {
  /// The engine.
  public let blobs: Blobs
  /// The tables, as this host has them.
  public let names: NameDatabase
  /// The tables, as another has them.
  public let otherNames: NameDatabase
  /// The contents on their way.
  public let spool: Spool
  /// The thumbnails of the host.
  public let thumbnails = MemoryThumbnails()
  private let listeners = Mutex<[NotificationListener]>([])
  private let turn: EngineTurns.Turn

  /// - Parameters:
  ///   - limits: by default those with which nothing is ever late, since the loop's clock is put forward by others.
  ///   - pieceSize: how many bytes of a long content are a blob.
  ///   - fastBeginning: within how many nanoseconds half a piece of one must have come that leaves as it comes.
  ///   - other: a storage of the same test, whose turn this one shares: tests that each hold one and wait for a second
  ///     would wait for each other.
  public init(
    _ limits: DatabaseLimits = .generous, blobs: Blobs, pieceSize: UInt64 = 16 << 20,
    fastBeginning: UInt64 = 0, beside other: EngineUnderTest? = nil
  ) async throws {
    turn = if let other { other.turn } else { await EngineTurns.shared.take() }
    TestLoop.start()
    let string = try ConnectionString(try await PostgreSQLServer.shared.value.connectionStringWithSchema())
    self.blobs = blobs
    names = NameDatabase(ConnectionPool(string, limits))
    otherNames = NameDatabase(ConnectionPool(string, limits))
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    spool = Spool(
      in: folder, capacity: 1 << 30, pieceSize: pieceSize, fastBeginning: fastBeginning,
      pool: BlockingPool(name: "spool", limit: 2))
    try await names.prepareSchema()
  }

  deinit {
    let (names, otherNames) = (names, otherNames)
    let listeners = listeners.withLock { $0 }
    EventLoop.current.start {
      for listener in listeners { listener.stop() }
      names.pool.close()
      otherNames.pool.close()
    }
  }

  /// The objects, as this host has them.
  public var objects: EngineObjectStore { EngineObjectStore(names, blobs, spool) }
  /// The objects, as another host has them.
  public var otherObjects: EngineObjectStore { EngineObjectStore(otherNames, blobs, spool) }

  /// The objects of a process of this host that hears of changes.
  /// - Parameter count: what the processes of this host have changed.
  public func hearingObjects(countingIn count: HostChangeCount = .none) async -> EngineObjectStore {
    EngineObjectStore(names, blobs, spool, await changes(names, count))
  }

  /// The pictures, as this host has them.
  public var pictures: EnginePictureCatalog { EnginePictureCatalog(names, blobs, spool, thumbnails: thumbnails) }
  /// The pictures, as another host has them.
  public var otherPictures: EnginePictureCatalog {
    EnginePictureCatalog(otherNames, blobs, spool, thumbnails: thumbnails)
  }

  /// Documents that hear of changes.
  /// - Parameter count: what the processes of this host have changed.
  public func documents(countingIn count: HostChangeCount = .none) async -> EngineDocumentStore {
    await documents(names, count)
  }
  /// The same, as another host has them.
  public func otherDocuments() async -> EngineDocumentStore { await documents(otherNames, .none) }

  private func documents(_ names: NameDatabase, _ count: HostChangeCount) async -> EngineDocumentStore {
    EngineDocumentStore(names, await changes(names, count))
  }

  private func changes(_ names: NameDatabase, _ count: HostChangeCount) async -> NameChanges {
    let changes = NameChanges(names)
    changes.count(in: count)
    let listener = await changes.start()
    listeners.withLock { $0.append(listener) }
    while !changes.isListening { try? await Task.sleep(for: .milliseconds(5)) }
    return changes
  }

  /// What is left over once everything was swept that is over: blobs that nothing names, names without a blob, contents.
  public func residue() async throws -> [String] {
    // As the sweep of next week.
    try await BlobSweeper(names, blobs).sweep(replacedSeconds: -8 * 86_400, pendingSeconds: 0)
    let named = try await names.namedBlobs()
    let stored = try await allBlobs()
    var residue = stored.subtracting(named).map { "blob that nothing names: \($0)" }
    residue += named.subtracting(stored).map { "name of a blob that is not there: \($0)" }
    residue += try await names.wrongCounts()
    residue += thumbnails.names.map { "thumbnail of \($0)" }
    if spool.bytesInUse > 0 { residue.append("\(spool.bytesInUse) bytes in the spool") }
    return residue
  }

  /// The names of all blobs that the engine keeps.
  private func allBlobs() async throws -> Set<String> {
    var names: Set<String> = []
    for prefix in ["blobs/", "images/"] {
      var position: BlobListPosition?
      repeat {
        let page = try await blobs.list(prefix, after: position)
        names.formUnion(page.blobs.map(\.name))
        position = page.next
      } while position != nil
    }
    return names
  }
}

extension EngineUnderTest where Blobs == MemoryBlobStore {
  /// Over an engine in memory.
  public convenience init(_ limits: DatabaseLimits = .generous) async throws {
    try await self.init(limits, blobs: MemoryBlobStore())
  }
}

/// Thumbnails of a host, in memory.
public final class MemoryThumbnails: HostThumbnails {
  private let stored = Mutex<[String: [ThumbnailDensity: [UInt8]]]>([:])

  /// The pictures that there are some of.
  public var names: [String] { stored.withLock { $0.keys.sorted() } }

  /// Keeps one in memory.
  public nonisolated(nonsending) func keep(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError) {
    stored.withLock { $0[name.text, default: [:]][density] = bytes }
  }

  /// Forgets those of a picture.
  public nonisolated(nonsending) func remove(_ name: StoredName) async { stored.withLock { $0[name.text] = nil } }
}

extension DatabaseLimits {
  /// Nothing is late on the loop's clock. The server's own limits stay.
  public static let generous: DatabaseLimits = {
    var limits = DatabaseLimits()
    limits.connections = 4
    limits.queue = 1_000
    limits.queueSeconds = 1e7
    limits.connectSeconds = 1e7
    limits.answerSeconds = 1e7
    return limits
  }()
}

/// Lets a few tests at a time have a storage: a server has only so many connections.
actor EngineTurns {
  static let shared = EngineTurns()
  private var free = 8
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// A turn ends with the value.
  final class Turn: Sendable {
    deinit { Task { await EngineTurns.shared.giveBack() } }
  }

  func take() async -> Turn {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
    return Turn()
  }

  private func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
