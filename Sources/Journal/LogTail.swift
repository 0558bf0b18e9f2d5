internal import Posix

/// The end of a log that others write to: whole lines only, and not more than a bounded piece at a time.
public struct LogTail: Equatable, Sendable {
  /// The most bytes that one look reads.
  public static let limit = 65_536

  /// A position in a file of lines; it says which file, since a log is rotated.
  public struct Position: Equatable, Sendable {
    /// Which file.
    public var inode: UInt64
    /// From its beginning, in bytes.
    public var offset: UInt64

    /// A position from its parts.
    public init(inode: UInt64, offset: UInt64) {
      self.inode = inode
      self.offset = offset
    }

    /// Reads what `text` gave; nil for anything else.
    public init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let inode = UInt64(parts[0]), let offset = UInt64(parts[1]) else { return nil }
      self.init(inode: inode, offset: offset)
    }

    /// The position as text.
    public var text: String { "\(inode)-\(offset)" }
  }

  /// The lines, without their ends.
  public var lines: [String]
  /// Where the next look begins.
  public var next: Position
  /// Whether what was seen before belongs to another file, or lies too far back to be joined.
  public var isRestarted: Bool

  /// Reads what has come since a position; the last lines where there is no position, or none of this file.
  /// - Returns: nil where the file cannot be read.
  public static func read(_ path: String, after position: Position?) -> LogTail? {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, .readOnly)
      let status = try file.status()
      let known = position.flatMap { $0.inode == status.inode && $0.offset <= status.size ? $0.offset : nil }
      let start = max(known ?? 0, status.size - min(status.size, UInt64(limit)))
      var bytes = [UInt8](repeating: 0, count: Int(clamping: status.size - start))
      var count = 0
      while count < bytes.count {
        let read = try file.read(into: &bytes, count..<bytes.count, at: start + UInt64(count))
        if read == 0 { break }
        count += read
      }
      let (lines, used) = split(bytes[..<count], startsInLine: start > 0 && start != known)
      return LogTail(
        lines: lines, next: Position(inode: status.inode, offset: start + UInt64(used)), isRestarted: start != known)
    } catch {
      return nil
    }
  }

  /// The whole lines of a piece, and how many of its bytes they take.
  /// - Parameter startsInLine: whether the first line may be the end of one, and is left out.
  static func split(_ bytes: ArraySlice<UInt8>, startsInLine: Bool) -> (lines: [String], used: Int) {
    guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ([], 0) }
    var lines = bytes[..<last].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if startsInLine { lines.removeFirst() }
    return (lines.map { String(decoding: $0, as: UTF8.self) }, last + 1 - bytes.startIndex)
  }

  /// Whether a line of `app.log` tells of something that went wrong, in any of its languages.
  public static func isError(_ line: String) -> Bool {
    guard let end = line.firstIndex(of: "]") else { return false }
    let text = line[line.index(after: end)...].drop { $0 == " " }
    return text.hasPrefix("Error:") || text.hasPrefix("Ошибка:")
  }
}
