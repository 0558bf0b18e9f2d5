import EngineStorage

/// Bytes at hand.
public struct MemoryContent: BlobContent {
  private let bytes: [UInt8]

  /// These bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Some of them.
  public nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<
    UInt8
  > {
    bytes.dropFirst(Int(offset)).prefix(limit)
  }
}
