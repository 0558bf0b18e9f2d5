/// Walks over the further images that a JPEG has an index of, behind its own end of image.
///
/// They count only together: each must be a whole JPEG without stray bytes, and nothing but zeros may be between them, so
/// that they can stay where the index says, and nothing else stays with them.
struct JPEGFurtherImages: Sendable {
  private let limit: PixelLimit
  /// Those whose end has not come yet, by their offsets.
  private var images: [Range<UInt64>]
  /// Offset of the next byte.
  private var position: UInt64
  private var hasFailed: Bool
  /// The image that is being read: its first bytes, then its parser. An array, since a parser cannot contain another.
  private var signature: [UInt8] = []
  private var parser: [JPEGParser] = []

  /// Offset behind the last image, once all of them have come.
  private(set) var end: UInt64?

  /// - Parameters:
  ///   - images: in the order of their offsets.
  ///   - position: offset behind the first image.
  init(_ images: [Range<UInt64>], behind position: UInt64, limit: PixelLimit) {
    self.images = images.reversed()
    self.position = position
    self.limit = limit
    hasFailed = images.isEmpty
  }

  mutating func consume(_ bytes: Span<UInt8>, from start: Int) {
    var index = start
    while index < bytes.count, !hasFailed, let image = images.last {
      guard position >= image.lowerBound else {
        hasFailed = bytes[index] != 0
        index += 1
        position += 1
        continue
      }
      let length = Int(min(UInt64(bytes.count - index), image.upperBound - min(position, image.upperBound)))
      guard length > 0 else {
        // They overlap.
        hasFailed = true
        return
      }
      take(bytes.extracting(index..<index + length))
      index += length
      position += UInt64(length)
      if position == image.upperBound { endImage() }
    }
  }

  /// Takes bytes of an image.
  private mutating func take(_ bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count, signature.count < JPEGParser.signature.count {
      signature.append(bytes[index])
      index += 1
    }
    guard signature.count == JPEGParser.signature.count else { return }
    guard signature == JPEGParser.signature else {
      hasFailed = true
      return
    }
    var current = parser.popLast() ?? JPEGParser(limit: limit, readsIndex: false)
    do throws(ImageStructureError) { try current.consume(bytes, from: index) } catch { hasFailed = true }
    parser = [current]
  }

  private mutating func endImage() {
    let image = images.removeLast()
    guard let structure = parser.popLast()?.structure, structure.end == image.upperBound - image.lowerBound,
      !structure.edits.contains(where: { $0.content == .stray })
    else {
      hasFailed = true
      return
    }
    signature = []
    if images.isEmpty { end = image.upperBound }
  }
}
