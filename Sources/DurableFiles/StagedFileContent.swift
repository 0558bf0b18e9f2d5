internal import Posix
package import Storage

/// A staged file as the content of a writer. The file is made for the first byte, so that whoever begins a content need not
/// wait for a disk.
package final class StagedFileContent: StagedContent {
  private let stage: @Sendable () throws(StorageError) -> StagedFile
  private var file: StagedFile?

  /// - Parameter stage: makes the file.
  package init(_ stage: @escaping @Sendable () throws(StorageError) -> StagedFile) {
    self.stage = stage
  }

  package var size: UInt64 { file?.size ?? 0 }

  /// Whether there is a file.
  package var hasBegun: Bool { file != nil }

  package func append(_ bytes: Span<UInt8>) throws(StorageError) {
    try begin()
    try file?.write(bytes)
  }

  package func append(_ chunk: Chunk) throws(StorageError) {
    switch chunk {
    case .bytes(let bytes): try append(bytes.span)
    case .file(let source, let range, _):
      try begin()
      try file?.append(source, range)
    case .late: break
    }
  }

  package func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    return try file?.read(into: &buffer, at: offset) ?? 0
  }

  package func truncate(to length: UInt64) throws(StorageError) {
    try file?.truncate(to: length)
  }

  package func apply(_ edits: [ByteEdit]) throws(StorageError) {
    guard !edits.isEmpty else { return }
    try begin()
    try file?.apply(edits)
  }

  package func removeAll() {
    file = nil
  }

  /// Gives the file up to whoever publishes it: the content is empty then.
  package func take() throws(StorageError) -> StagedFile {
    if let file = file.take() { return file }
    return try stage()
  }

  private func begin() throws(StorageError) {
    if file == nil { file = try stage() }
  }
}
