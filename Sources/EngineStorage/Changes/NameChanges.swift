internal import EventLoop
public import PostgreSQL
internal import Synchronization

/// What others tell of changes that this process need not ask for: over `LISTEN`, at once on every host.
public final class NameChanges: Sendable {
  /// A time within which no change can have been missed: one of the connection to the database, and one of this host.
  struct Epoch: Equatable, Sendable {
    fileprivate var connection: UInt64
    fileprivate var host: UInt64
  }

  /// A time within which no bucket can have changed.
  struct BucketMoment: Equatable, Sendable {
    fileprivate var epoch: Epoch
    fileprivate var changes: UInt64
  }

  private struct State {
    /// Raised whenever something may have been missed.
    var epoch: UInt64 = 0
    var onThisHost = HostChangeCount.none
    var isListening = false
    /// The schema whose notices count; nil until it is known.
    var schema: String?
    /// The latest version of each document that was told of.
    var documents: [String: Int64] = [:]
    /// Changes of buckets that were told of.
    var buckets: UInt64 = 0

    var current: Epoch? { isListening ? Epoch(connection: epoch, host: onThisHost.value()) : nil }
  }

  private let state = Mutex(State())
  private let names: NameDatabase

  /// Nothing is heard before `start`.
  public init(_ names: NameDatabase) { self.names = names }

  /// Counts, from now on, what the processes of this host change, so that each knows at once.
  public func count(in count: HostChangeCount) { state.withLock { $0.onThisHost = count } }

  /// This process has changed something.
  func noteOwnChange() { state.withLock { $0.onThisHost }.advance() }

  /// Whether changes are heard of now.
  public var isListening: Bool { state.withLock { $0.isListening } }

  /// Begins to listen; it goes on until `stop` of what is returned.
  @EventLoopActor
  public func start() -> NotificationListener {
    let listener = NotificationListener(names.pool) { [self] event in hear(event) }
    listener.start()
    return listener
  }

  @EventLoopActor
  private func hear(_ event: NotificationListener.Event) {
    state.withLock { state in
      switch event {
      case .began, .ended:
        state.epoch += 1
        state.isListening = event == .began && state.schema != nil
        state.documents = [:]
      case .notified(let text):
        guard let schema = state.schema else { return }
        if let (document, version) = DocumentNotice.parse(text, schema) {
          state.documents[document] = max(version, state.documents[document] ?? 0)
        } else if BucketNotice.isOne(text, schema) {
          state.buckets += 1
        }
      }
    }
    if event == .began { learnSchema() }
  }

  /// Asks once whose notices are meant; until that is known, nothing is taken for heard.
  @EventLoopActor
  private func learnSchema() {
    let epoch = state.withLock { $0.schema == nil ? $0.epoch : nil }
    guard let epoch else { return }
    EventLoop.current.start { [self] in
      guard let schema = try? await names.schemaName() else { return }
      state.withLock { state in
        state.schema = schema
        guard state.epoch == epoch else { return }
        // What was told before is not known.
        state.epoch += 1
        state.isListening = true
      }
    }
  }

  /// The present epoch: what was read in an earlier one may have changed without a word. Nil while nothing is heard.
  var epoch: Epoch? { state.withLock { $0.current } }

  /// The present moment of the buckets: what was read in an earlier one may have changed. Nil while nothing is heard.
  var bucketMoment: BucketMoment? {
    state.withLock { state in state.current.map { BucketMoment(epoch: $0, changes: state.buckets) } }
  }

  /// Whether a version of a document that was read in an epoch is known to be the latest one.
  func isLatest(_ name: String, _ version: Int64, readIn epoch: Epoch) -> Bool {
    state.withLock { state in
      state.current == epoch && version >= state.documents[name] ?? 0
    }
  }
}

/// How a change of a document is told: schema, kind, version, and the name at last.
enum DocumentNotice {
  /// Appends the schema by itself.
  static let notify = SQLStatement(
    "SELECT pg_notify('vitrine', current_schema() || E'\\ndocument\\n' || $2 || E'\\n' || $1)")

  static func parse(_ text: String, _ schema: String) -> (name: String, version: Int64)? {
    let fields = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 4, fields[0] == schema, fields[1] == "document", let version = Int64(fields[2]) else {
      return nil
    }
    return (String(fields[3]), version)
  }
}

/// How it is told that a bucket was made, changed or deleted: the schema, and that it was one.
enum BucketNotice {
  /// Appends the schema by itself.
  static let notify = SQLStatement("SELECT pg_notify('vitrine', current_schema() || E'\\nbucket')")

  static func isOne(_ text: String, _ schema: String) -> Bool { text == schema + "\nbucket" }
}

extension NameDatabase {
  private static let schema = SQLStatement.once("SELECT current_schema()::text")

  nonisolated(nonsending) func schemaName() async throws -> String {
    try await pool.run(Self.schema()).first?.text(0) ?? ""
  }
}
