public import Posix

/// Where the bytes lie: blobs that never change, under names that are never used twice. It is all that is asked of an
/// engine; which blobs make up which object is known elsewhere.
///
/// No call keeps the caller's executor waiting, and each phase of a call has its time limit: an engine that stalls is
/// `unavailable`.
public protocol BlobStore: Sendable {
  /// Puts a blob. When this returns, the engine has answered that it keeps these bytes: the length and the MD5 of the answer
  /// are those of the content, or the engine has compared its CRC-32.
  ///
  /// After any error it is not known whether the engine keeps the blob: whoever has noted its name removes it later. A put
  /// may begin again from the start of the content after an error that passes.
  /// - Returns: the MD5 of the content.
  /// - Throws: `full`, `unavailable`, `refused`, `damaged`, `content`.
  @discardableResult
  nonisolated(nonsending) func put(_ blob: NewBlob, from content: any BlobContent) async throws(BlobError) -> [UInt8]

  /// Whether the answers to puts are known to have the MD5 of what was put. Only then may a `StreamedBlobContent` be put, of
  /// which the request cannot have the MD5.
  var answersMD5: Bool { get }

  /// Whether a blob of which only the CRC-32 is known is compared by it where it is kept, so that nobody else need compute
  /// the MD5.
  var findsMD5: Bool { get }

  /// Begins to read a range of a blob. A reader that is interrupted goes on by itself behind the last byte that it has given:
  /// all bytes are of one blob.
  /// - Parameters:
  ///   - slice: the range; the caller knows the length of the blob.
  ///   - offset: how many bytes of it are left out at its beginning.
  ///   - piped: whether whoever reads takes bytes in pipes, so that it is worth to make a connection for a long range.
  nonisolated(nonsending) func read(
    _ slice: BlobSlice, from offset: UInt64, piped: Bool
  ) async throws(BlobError) -> any BlobReader

  /// What the engine says of a blob.
  /// - Throws: `missing`, `unavailable`, `refused`.
  nonisolated(nonsending) func head(_ id: BlobID) async throws(BlobError) -> BlobStatus

  /// Removes a blob; one that is not there is no error.
  nonisolated(nonsending) func remove(_ id: BlobID) async throws(BlobError)

  /// Blobs whose names begin with a prefix, in the engine's own order, page by page.
  /// - Parameters:
  ///   - prefix: `blobs/` and the like; of `photos/` the names are others' and need not be such as this program gives.
  ///   - position: where the page before ended; nil for the first page.
  nonisolated(nonsending) func list(
    _ prefix: String, after position: BlobListPosition?
  ) async throws(BlobError) -> BlobPage
}

/// A blob that is to be put.
public struct NewBlob: Equatable, Sendable {
  /// Its name.
  public var id: BlobID
  /// Length in bytes.
  public var length: UInt64
  /// MD5 of the bytes, 16 bytes; nil where nobody knows it yet: the store then computes it as it sends.
  public var md5: [UInt8]?
  /// CRC-32 of the bytes; nil where nobody knows it.
  public var crc32: UInt32?
  /// What is known of the object that the blob is put for, as compact JSON of one line in ASCII, at most 1,024 bytes: it
  /// travels with the bytes, in one field of metadata, so that the tables can be made anew from the engine.
  public var metadata: String?

  /// A blob.
  public init(_ id: BlobID, length: UInt64, md5: [UInt8]? = nil, crc32: UInt32? = nil, metadata: String? = nil) {
    self.id = id
    self.length = length
    self.md5 = md5
    self.crc32 = crc32
    self.metadata = metadata
  }
}

/// The bytes of a blob that is to be put. They do not change while they are read, and can be read again.
public protocol BlobContent: Sendable {
  /// Bytes from an offset on, at least one unless the content ends there; whatever waits for a disk does so elsewhere.
  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8>

  /// The same where they do not lie together.
  nonisolated(nonsending) func pieces(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> [ArraySlice<UInt8>]
}

extension BlobContent {
  /// What lies together.
  public nonisolated(nonsending) func pieces(
    at offset: UInt64, upTo limit: Int
  ) async throws(BlobError) -> [ArraySlice<UInt8>] {
    [try await bytes(at: offset, upTo: limit)]
  }
}

/// A content that is put while it comes.
public protocol StreamedBlobContent: BlobContent {
  /// The MD5 of the content, 16 bytes, once all of it has come.
  nonisolated(nonsending) func finalMD5() async throws(BlobError) -> [UInt8]

  /// Whether the content can still be read from its beginning.
  var canBeginAgain: Bool { get }
}

/// Reads a range of a blob from its beginning to its end. For one task: calls do not overlap. What it holds, such as a
/// connection, is given up when the reader goes.
public protocol BlobReader: AnyObject, Sendable {
  /// The next bytes; nil at the end of the range. Fewer bytes than the range has are an error, never an end.
  /// - Throws: `missing`, `unavailable`, `refused`, `damaged`.
  nonisolated(nonsending) func next() async throws(BlobError) -> [UInt8]?

  /// Whether the next bytes may come in a pipe: those of a long range may, once it is asked for.
  var mayPipe: Bool { get }

  /// The next bytes, in a pipe where they may come in one; nil at the end of the range.
  /// - Throws: as `next` does.
  nonisolated(nonsending) func nextPiped() async throws(BlobError) -> PipedBytes?

  /// Asks for the first bytes already, where that takes nothing away from others: `next` then waits for them no longer than
  /// it has to.
  func prepare()

  /// Whether `next` has bytes at hand, or knows the end, so that it returns at once.
  var isReady: Bool { get }

  /// What is known of the whole blob once bytes were read; nil where the engine does not report its length.
  var whole: WholeBlob? { get }
}

/// A blob of which a range is read.
public struct WholeBlob: Equatable, Sendable {
  /// Length in bytes.
  public var length: UInt64
  /// MD5, 16 bytes; nil where the engine reports none.
  public var md5: [UInt8]?

  /// A blob.
  public init(length: UInt64, md5: [UInt8]?) {
    self.length = length
    self.md5 = md5
  }
}

extension BlobStore {
  /// Reads a range, in memory.
  nonisolated(nonsending) func read(
    _ slice: BlobSlice, from offset: UInt64 = 0
  ) async throws(BlobError) -> any BlobReader {
    try await read(slice, from: offset, piped: false)
  }
}

extension BlobReader {
  /// Bytes that are at hand need not be asked for.
  public func prepare() {}

  /// Most bytes are in memory.
  public var mayPipe: Bool { false }

  /// Most bytes are in memory.
  public nonisolated(nonsending) func nextPiped() async throws(BlobError) -> PipedBytes? {
    try await next().map { .bytes($0) }
  }

  /// Not every reader knows it.
  public var whole: WholeBlob? { nil }
}

/// What an engine says of a blob.
public struct BlobStatus: Equatable, Sendable {
  /// Length in bytes.
  public var length: UInt64
  /// The entity tag without quotes.
  public var etag: String
  /// The MD5 of its bytes, 16 bytes; nil where the engine does not tell it.
  public var md5: [UInt8]?
  /// The metadata that were put with it; nil where there are none.
  public var metadata: String?

  /// A status.
  public init(length: UInt64, etag: String, md5: [UInt8]?, metadata: String? = nil) {
    self.length = length
    self.etag = etag
    self.md5 = md5
    self.metadata = metadata
  }
}

/// One entry of an engine's list.
public struct ListedBlob: Equatable, Sendable {
  /// The name below the prefix of the settings, as the engine has it.
  public var name: String
  /// Length in bytes.
  public var length: UInt64
  /// The entity tag without quotes.
  public var etag: String
  /// When it was put, by the engine's clock, in seconds since 1970.
  public var modified: Int64

  /// An entry.
  public init(name: String, length: UInt64, etag: String, modified: Int64) {
    self.name = name
    self.length = length
    self.etag = etag
    self.modified = modified
  }
}

/// Where a page of an engine's list ended, in the engine's words.
public struct BlobListPosition: Equatable, Sendable {
  /// The continuation token.
  public var token: String

  /// A position.
  public init(token: String) { self.token = token }
}

/// A page of an engine's list.
public struct BlobPage: Equatable, Sendable {
  /// Its entries.
  public var blobs: [ListedBlob]
  /// Where the next page begins; nil at the end.
  public var next: BlobListPosition?

  /// A page.
  public init(_ blobs: [ListedBlob], next: BlobListPosition?) {
    self.blobs = blobs
    self.next = next
  }
}
