internal import Posix
internal import Storage

/// A staged file as the content of a writer. The file is made for the first byte, so that whoever begins a content need not
/// wait for a disk.
final class StagedFileContent: StagedContent {
  private let stage: @Sendable () throws(StorageError) -> StagedFile
  private var file: StagedFile?

  /// - Parameter stage: makes the file.
  init(_ stage: @escaping @Sendable () throws(StorageError) -> StagedFile) {
    self.stage = stage
  }

  var size: UInt64 { file?.size ?? 0 }

  /// Whether there is a file.
  var hasBegun: Bool { file != nil }

  func append(_ bytes: Span<UInt8>) throws(StorageError) {
    try begin()
    do throws(StoreError) { try file?.write(bytes) } catch { throw StorageError(error) }
  }

  func append(_ chunk: Chunk) throws(StorageError) {
    switch chunk {
    case .bytes(let bytes): try append(bytes.span)
    case .file(let source, let range, _):
      try begin()
      do throws(StoreError) { try file?.append(source, range) } catch { throw StorageError(error) }
    case .late: break
    }
  }

  func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int {
    do throws(StoreError) { return try file?.read(into: &buffer, at: offset) ?? 0 } catch { throw StorageError(error) }
  }

  func truncate(to length: UInt64) throws(StorageError) {
    do throws(StoreError) { try file?.truncate(to: length) } catch { throw StorageError(error) }
  }

  func apply(_ edits: [ByteEdit]) throws(StorageError) {
    guard !edits.isEmpty else { return }
    try begin()
    do throws(StoreError) { try file?.apply(edits) } catch { throw StorageError(error) }
  }

  func removeAll() {
    file = nil
  }

  /// Gives the file up to whoever publishes it: the content is empty then.
  func take() throws(StorageError) -> StagedFile {
    if let file = file.take() { return file }
    return try stage()
  }

  private func begin() throws(StorageError) {
    if file == nil { file = try stage() }
  }
}
