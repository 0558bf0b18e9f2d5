internal import HTTPSemantics
internal import Storage

/// The layout of a blob that several small objects share: a line that says so, their contents one behind the other, and a
/// directory of them, as JSON. The metadata of the blob say where the directory begins, so that the tables can be made anew
/// from the engine.
///
/// A small object that is one range, and does not begin where its blob begins, is taken for one in a pack.
enum Pack {
  /// What a pack begins with.
  static let signature: [UInt8] = Array("vitrine pack 1\n".utf8)
  /// The most objects of a pack: it stays until all that are left of it were moved to others.
  static let mostObjects = 16
  /// Of as many records and keys, in bytes.
  static let longestDirectory: UInt64 = 1 << 20

  /// An object, and which range of the blob is its content.
  struct Entry: Equatable, Sendable {
    var bucket: String
    var key: [UInt8]
    var metadata: ObjectMetadata
    var start: UInt64
    var length: UInt64

    func slice(of id: BlobID) -> BlobSlice { BlobSlice(id: id, start: start, length: length) }
  }

  /// The directory.
  static func directory(of entries: [Entry]) -> [UInt8] {
    let values = entries.map { entry in
      JSONValue.object(
        BlobMetadata.name(entry.key, entry.bucket) + [
          .init(name: "start", value: .int(Int64(entry.start))),
          .init(name: "length", value: .int(Int64(entry.length))),
          .init(name: "object", value: .string(entry.metadata.record)),
        ])
    }
    return Array(JSONValue.array(values).text.utf8)
  }

  /// Reads what `directory(of:)` gave.
  /// - Parameter end: where the contents end.
  /// - Returns: nil for anything else.
  static func entries(_ directory: [UInt8], contentsEnd end: UInt64) -> [Entry]? {
    guard let json = try? JSONParser.parse(directory), case .array(let values) = json else { return nil }
    var entries: [Entry] = []
    for value in values {
      guard let named = BlobOwner.NamedObject(value), let metadata = named.metadata,
        let start = value["start"]?.recordSize, let length = value["length"]?.recordSize, metadata.size == length,
        start >= UInt64(signature.count), start <= end, length <= end - start
      else { return nil }
      entries.append(
        Entry(bucket: named.bucket, key: named.key, metadata: metadata, start: start, length: length))
    }
    return entries
  }

  /// Reads the directory of a blob.
  /// - Parameters:
  ///   - offset: where it begins.
  ///   - length: of the blob.
  /// - Returns: nil where there is none.
  static nonisolated(nonsending) func entries(
    of id: BlobID, directoryAt offset: UInt64, length: UInt64, in blobs: any BlobStore
  ) async throws(BlobError) -> [Entry]? {
    guard offset < length, length - offset <= longestDirectory else { return nil }
    let directory = try await blobs.bytes(of: BlobSlice(id: id, start: offset, length: length - offset))
    return entries(directory, contentsEnd: offset)
  }
}

extension BlobStore {
  /// All bytes of a range that fits into memory.
  nonisolated(nonsending) func bytes(of slice: BlobSlice) async throws(BlobError) -> [UInt8] {
    guard slice.length > 0 else { return [] }
    let reader = try await read(slice)
    var all: [UInt8] = []
    while let bytes = try await reader.next() { all += bytes }
    guard all.count == slice.length else { throw .damaged(slice.id, "\(all.count) bytes in place of \(slice.length)") }
    return all
  }
}
