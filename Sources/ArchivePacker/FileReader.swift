internal import Posix

/// A file that is being packed: read from front to back, perhaps twice, and watched for changes.
struct FileReader: ~Copyable {
  /// Bytes that are read at once; the last piece of a file may be shorter, no other.
  static let chunkSize = 256 * 1_024

  /// What the file was when it was opened.
  let status: FileStatus
  let path: [UInt8]
  /// How long it was then, in bytes.
  var size: UInt64 { status.size }
  private let file: FileDescriptor

  init(_ source: SourceFile) throws(PackingError) {
    let file = try Self.open(source)
    let status = try Self.status(of: file, source.path)
    guard status.isRegular else { throw .changedWhileRead(source.path) }
    file.expectSequentialReading()
    self.file = file
    self.status = status
    path = source.path
  }

  /// Reads a part of the file, all of it or up to its end.
  func read(_ count: Int, at offset: UInt64, into buffer: inout [UInt8]) throws(PackingError) -> Int {
    var done = 0
    do throws(Errno) {
      while done < count {
        let more = try file.read(into: &buffer, done..<count, at: offset + UInt64(done))
        if more == 0 { break }
        done += more
      }
    } catch {
      throw .cannotRead(path, error)
    }
    return done
  }

  /// Reads the whole file in pieces, and makes sure that it was the same file from the first to the last byte.
  /// - Parameter body: takes each piece, and whether it is the last one; an empty file is one empty piece.
  func forEachChunk(_ body: (Span<UInt8>, Bool) throws(PackingError) -> Void) throws(PackingError) {
    // Room for one byte more, so that reading on shows that a small file has grown.
    var buffer = [UInt8](repeating: 0, count: Int(min(UInt64(Self.chunkSize), size + 1)))
    var offset: UInt64 = 0
    var isLast = false
    while !isLast {
      let count = try read(buffer.count, at: offset, into: &buffer)
      offset += UInt64(count)
      guard offset <= size, count == buffer.count || offset == size else {
        throw .changedWhileRead(path)
      }
      isLast = offset == size
      try body(buffer.span.extracting(0..<count), isLast)
    }
    try requireUnchanged()
  }

  private func requireUnchanged() throws(PackingError) {
    let now = try Self.status(of: file, path)
    guard now.size == status.size, now.modified == status.modified, now.changed == status.changed else {
      throw .changedWhileRead(path)
    }
  }

  private static func open(_ source: SourceFile) throws(PackingError) -> FileDescriptor {
    do throws(Errno) {
      return try FileDescriptor.open(source.path, [.readOnly, .nonBlocking, source.followsLink ? [] : .noFollow])
    } catch {
      throw .cannotRead(source.path, error)
    }
  }

  private static func status(of file: borrowing FileDescriptor, _ path: [UInt8]) throws(PackingError) -> FileStatus {
    do throws(Errno) {
      return try file.status()
    } catch {
      throw .cannotRead(path, error)
    }
  }
}
