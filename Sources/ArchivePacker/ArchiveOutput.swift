internal import Posix

/// Where the archive goes: a file that can be written at any place, or a stream that takes one byte after the other.
struct ArchiveOutput: ~Copyable {
  /// Earlier bytes can still be written, so a header may follow its content.
  let canGoBack: Bool
  /// Offset of the next byte.
  private(set) var position: UInt64 = 0

  private let target: SharedDescriptor
  private let name: String?
  private let interruptions: Interruptions?

  /// A file.
  init(file: SharedDescriptor, name: String, interruptions: Interruptions?) {
    target = file
    canGoBack = true
    self.name = name
    self.interruptions = interruptions
  }

  /// A pipe, or whatever standard output is.
  init(stream: SharedDescriptor) {
    target = stream
    canGoBack = false
    name = nil
    interruptions = nil
  }

  /// Writes at the position, and moves it on.
  mutating func write(_ bytes: Span<UInt8>) throws(PackingError) {
    try interruptions?.check()
    do throws(Errno) {
      if canGoBack {
        try target.descriptor.writeAll(bytes, at: position)
      } else {
        try target.descriptor.writeAll(bytes)
      }
    } catch {
      throw .cannotWrite(name, error)
    }
    position += UInt64(bytes.count)
  }

  /// Moves the position of a file, backwards or forwards. What is skipped must be written before the end.
  mutating func move(to position: UInt64) {
    precondition(canGoBack, "a stream goes forward only")
    self.position = position
  }

  /// Ends a file at the position: what was written beyond it is gone.
  func finish() throws(PackingError) {
    guard canGoBack else { return }
    do throws(Errno) {
      try target.descriptor.truncate(to: position)
    } catch {
      throw .cannotWrite(name, error)
    }
  }
}
