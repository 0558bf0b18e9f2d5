package import Posix
package import Storage

/// A file that is being received and that nobody can see yet. It vanishes with this value unless it was published.
package struct StagedFile: ~Copyable, Sendable {
  package let file: FileDescriptor
  /// Its name in a private folder, where the file system knows no files without a name.
  private let temporary: TemporaryName?

  /// Length in bytes.
  package internal(set) var size: UInt64 = 0
  /// Up to here the disk has been asked to take the bytes.
  private var written: UInt64 = 0
  /// A long file goes to the disk in such stretches while it grows, so that the sync at its end has little left to do.
  private static let stretch: UInt64 = 8 << 20

  /// Where a file with a temporary name is.
  package struct TemporaryName: Sendable {
    var folder: SharedDescriptor
    var name: String
  }

  package init(_ file: consuming FileDescriptor, temporary: TemporaryName?) {
    self.file = file
    self.temporary = temporary
  }

  deinit {
    // If it cannot be removed now, the next worker's sweep does it.
    if let temporary { try? temporary.folder.descriptor.unlink(temporary.name) }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: Span<UInt8>) throws(StorageError) {
    do throws(Errno) {
      try file.writeAll(bytes, at: size)
    } catch {
      throw StorageError(error, "writing a staged file")
    }
    size += UInt64(bytes.count)
    if size - written >= Self.stretch {
      file.beginWriting(written..<size)
      written = size
    }
  }

  /// Reads at an offset into a buffer.
  /// - Returns: the number of bytes, 0 at the end of the file.
  package func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    do throws(Errno) {
      return try file.read(into: &buffer, at: offset)
    } catch {
      throw StorageError(error, "reading a staged file")
    }
  }

  /// Cuts the file to a length that it has already reached; a longer one changes nothing.
  package mutating func truncate(to length: UInt64) throws(StorageError) {
    guard length < size else { return }
    do throws(Errno) {
      try file.truncate(to: length)
    } catch {
      throw StorageError(error, "truncating a staged file")
    }
    size = length
    written = min(written, length)
  }

  /// Removes and replaces ranges in place. The edits are in order and do not overlap.
  package mutating func apply(_ edits: [ByteEdit]) throws(StorageError) {
    guard let plan = CompactionPlan(edits, size: size) else {
      throw .io(.invalidArgument, context: "edits that do not fit the file")
    }
    var buffer: [UInt8] = []
    for step in plan.steps {
      switch step {
      case .write(let bytes, let offset):
        do throws(Errno) { try file.writeAll(bytes.span, at: offset) } catch {
          throw StorageError(error, "editing a staged file")
        }
      case .move(let source, let destination):
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 262_144) }
        do throws(Errno) { try move(source, to: destination, through: &buffer) } catch {
          throw StorageError(error, "editing a staged file")
        }
      }
    }
    try truncate(to: plan.size)
  }

  private func move(
    _ source: Range<UInt64>, to destination: UInt64, through buffer: inout [UInt8]
  ) throws(Errno) {
    var from = source.lowerBound
    var to = destination
    while from < source.upperBound {
      let wanted = Int(min(UInt64(buffer.count), source.upperBound - from))
      let count = try file.read(into: &buffer, 0..<wanted, at: from)
      // The file is private: it cannot have become shorter.
      guard count > 0 else { throw .inputOutput }
      try file.writeAll(buffer.span.extracting(..<count), at: to)
      from += UInt64(count)
      to += UInt64(count)
    }
  }

  /// Digests of the bytes as they are now, in one pass.
  package func digests() throws(StorageError) -> ContentDigests {
    do throws(Errno) {
      return try file.contentDigests()
    } catch {
      throw StorageError(error, "digesting a staged file")
    }
  }
}

extension StagedFile {
  /// Appends a range of another file, sharing its blocks where the file system can.
  package mutating func append(_ source: SharedDescriptor, _ range: Range<UInt64>) throws(StorageError) {
    do throws(Errno) {
      try append(source.descriptor, range)
    } catch {
      throw StorageError(error, "copying into a staged file")
    }
  }

  /// Appends a range of another file, sharing its blocks where the file system can.
  package mutating func append(_ source: borrowing FileDescriptor, _ range: Range<UInt64>) throws(Errno) {
    try file.copy(from: source, range, to: size)
    size += UInt64(range.count)
  }
}
