/// A range of a blob. An object is an ordered list of them.
public struct BlobSlice: Equatable, Sendable {
  /// The blob.
  public var id: BlobID
  /// Where the range begins, in bytes.
  public var start: UInt64
  /// Its length in bytes.
  public var length: UInt64
  /// Of the blob, where others may replace it under its name: then it must still be this one.
  public var entityTag: String?
  /// The content that the range belongs to, where all of it is one range of the blob.
  public var content: Content?

  /// A content that is one range of a blob. Small ones share a blob.
  public struct Content: Equatable, Sendable {
    /// Where it begins in the blob, in bytes.
    public var start: UInt64
    /// Its length in bytes.
    public var length: UInt64
    /// The MD5 of it, 16 bytes.
    public var md5: [UInt8]

    /// A content.
    public init(start: UInt64, length: UInt64, md5: [UInt8]) {
      self.start = start
      self.length = length
      self.md5 = md5
    }
  }

  /// A range.
  public init(id: BlobID, start: UInt64, length: UInt64, entityTag: String? = nil, content: Content? = nil) {
    self.id = id
    self.start = start
    self.length = length
    self.entityTag = entityTag
    self.content = content
  }

  /// Where it ends.
  public var end: UInt64 { start + length }

  /// The range without so many bytes at its beginning.
  func dropFirst(_ count: UInt64) -> BlobSlice {
    var rest = self
    (rest.start, rest.length) = (start + count, length - count)
    return rest
  }

  /// The first bytes of the range, at most so many. What others may replace unnoticed stays whole.
  func prefix(_ most: UInt64) -> BlobSlice {
    let isOfOneBlob = entityTag.map { !$0.isEmpty } ?? (BlobID(own: id.name) != nil)
    guard length > most, isOfOneBlob else { return self }
    var first = self
    first.length = most
    return first
  }
}

extension [BlobSlice] {
  /// The bytes of all.
  var size: UInt64 { reduce(0) { $0 + $1.length } }

  /// The part of the content in a range of it.
  func slices(in range: Range<UInt64>) -> [BlobSlice] {
    var found: [BlobSlice] = []
    var offset: UInt64 = 0
    for slice in self {
      let part = (offset..<offset + slice.length).clamped(to: range)
      if !part.isEmpty {
        var cut = slice
        (cut.start, cut.length) = (slice.start + part.lowerBound - offset, UInt64(part.count))
        found.append(cut)
      }
      offset += slice.length
    }
    return found
  }
}

/// Ranges in parts of at most so many bytes, one after the other. They are cut when they are asked for: there may be
/// hundreds of thousands.
struct BlobSliceParts: IteratorProtocol, Sendable {
  private let most: UInt64
  private var slices: ArraySlice<BlobSlice>
  /// What is left of the range before them.
  private var rest: BlobSlice?

  init(_ slices: [BlobSlice], upTo most: UInt64) {
    self.slices = slices[...]
    self.most = most
  }

  mutating func next() -> BlobSlice? {
    guard let slice = rest ?? slices.popFirst() else { return nil }
    let part = slice.prefix(most)
    rest = part.length < slice.length ? slice.dropFirst(part.length) : nil
    return part
  }
}
