internal import Synchronization

/// What a copy did.
public struct CopyReport: Equatable, Sendable {
  /// Counts of one kind of thing.
  public struct Counts: Equatable, Sendable {
    /// How many were looked at.
    public var seen = 0
    /// How many were missing, or other than at the source, and are there now.
    public var copied = 0
    /// How many got other metadata, and kept their bytes.
    public var changed = 0
    /// How many were removed, since the source does not have them.
    public var removed = 0
    /// Bytes of those that were copied.
    public var bytes: UInt64 = 0
  }

  /// Buckets.
  public var buckets = Counts()
  /// Objects.
  public var objects = Counts()
  /// Pictures.
  public var pictures = Counts()
  /// Pictures that are blocked.
  public var blocked = Counts()
  /// Documents.
  public var documents = Counts()
  /// How many things could not be copied as they are.
  public var obstacles = 0

  /// One that did nothing.
  public init() {}
}

/// Counts what those do who copy at the same time.
final class CopyTally: Sendable {
  private let state = Mutex(CopyReport())
  private let addLine: @Sendable (String) -> Void

  init(addLine: @escaping @Sendable (String) -> Void) { self.addLine = addLine }

  var report: CopyReport { state.withLock { $0 } }

  func count(_ change: @Sendable (inout CopyReport) -> Void) { state.withLock { change(&$0) } }

  /// Something that the operator wants to know.
  func note(_ words: String) { addLine(words) }

  /// Something stays behind, or is not as at the source: what, and why.
  func obstacle(_ words: String) {
    count { $0.obstacles += 1 }
    addLine(words)
  }
}
