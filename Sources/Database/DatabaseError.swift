internal import CSQLite

/// A failure that SQLite reported.
public struct DatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// SQLite's primary result code (`SQLITE_BUSY` is 5, `SQLITE_FULL` 13, …).
  public var code: Int32
  /// SQLite's extended result code; its low byte is `code`.
  public var extendedCode: Int32
  /// What SQLite says about it, for the operator.
  public var message: String

  /// An error with an extended result code and the text for it.
  public init(extendedCode: Int32, message: String) {
    self.code = extendedCode & 0xff
    self.extendedCode = extendedCode
    self.message = message
  }

  /// Whether the file is no SQLite database, or a damaged one: one to be put away and built anew.
  public var isDamaged: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }

  /// Whether another connection held the lock for longer than the busy time-out.
  public var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED }

  /// Whether the file system has no room for the write.
  public var isFull: Bool { code == SQLITE_FULL }

  /// The message with the extended code, as `database disk image is malformed (SQLite 11)`.
  public var description: String { "\(message) (SQLite \(extendedCode))" }
}
