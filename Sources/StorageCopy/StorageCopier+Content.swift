internal import Posix
internal import Storage

extension StorageCopier {
  /// Brings the content of an object into a writer.
  /// - Returns: the MD5 of the bytes.
  /// - Throws: `io` where they are not those of the checksums that were recorded for them.
  nonisolated(nonsending) func transfer(
    _ object: any OpenedObject, _ proof: ContentProof, to writer: any ContentWriter
  ) async throws(StorageError) -> [UInt8] {
    let reader = object.reader(0..<object.head.metadata.size)
    do throws(StorageError) {
      while let chunk = try await reader.next(secured: true) {
        guard case .bytes(let bytes) = chunk else { continue }
        try await writer.update { (content) throws(StorageError) in
          proof.update(bytes)
          try content.append(bytes.span)
        }
      }
      try await reader.check()
      guard let md5 = proof.finish() else { throw Self.damaged }
      return md5
    } catch {
      await writer.discard()
      throw error
    }
  }

  /// Reads an object through at the destination.
  /// - Throws: `io` where its bytes are not those of the checksums, or not those of the MD5.
  nonisolated(nonsending) func readBack(
    _ object: any OpenedObject, _ proof: ContentProof, md5: [UInt8]? = nil
  ) async throws(StorageError) {
    let reader = object.reader(0..<object.head.metadata.size)
    while let chunk = try await reader.next(secured: true) {
      if case .bytes(let bytes) = chunk { proof.update(bytes) }
    }
    guard let found = proof.finish(), md5 == nil || md5 == found else { throw Self.otherBytes }
  }

  /// Whether the destination still gives what it was given. It is told of where it does not: it is copied again then.
  nonisolated(nonsending) func isWhole(
    _ name: String, _ proof: ContentProof,
    _ open: @Sendable () async throws(StorageError) -> any OpenedObject
  ) async -> Bool {
    do throws(StorageError) {
      try await readBack(try await open(), proof)
      return true
    } catch {
      tally.note("\(name): \(error); it is copied again")
      return false
    }
  }

  private static let damaged = StorageError.io(
    .inputOutput, context: "the bytes at the source are not those of its checksums")
  private static let otherBytes = StorageError.io(
    .inputOutput, context: "the bytes at the destination are not those of the source")
}
