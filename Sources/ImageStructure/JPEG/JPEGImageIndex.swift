/// The Multi-Picture index of a JPEG: where the further images of the file are, behind its own end of image (CIPA DC-007,
/// 5.2). Two views of a scene, large previews and gain maps are stored so.
enum JPEGImageIndex {
  /// What the segment's content begins with.
  static let signature = [UInt8]("MPF\0".utf8)
  /// Bytes of the content that are looked at: enough for some 200 images.
  static let contentNeeded = 4_096

  private static let entriesTag = 0xB002
  private static let entrySize = 16
  private static let fieldSize = 12

  /// The further images by their offsets in the file.
  ///
  /// - Parameters:
  ///   - content: of the segment, from the signature on.
  ///   - start: offset of the content in the file.
  /// - Returns: nil where it cannot be read. The first image, to which the index belongs, is left out, as are entries
  ///   without an image.
  static func furtherImages(_ content: [UInt8], at start: UInt64) -> [Range<UInt64>]? {
    let tiff = content.dropFirst(signature.count)
    guard let reader = TIFFReader(tiff), reader.short(at: 2) == 42, let directory = reader.long(at: 4),
      let fields = reader.short(at: directory)
    else { return nil }
    for index in 0..<fields {
      let field = directory + 2 + index * fieldSize
      guard let tag = reader.short(at: field) else { return nil }
      guard tag == entriesTag else { continue }
      guard let length = reader.long(at: field + 4), let entries = reader.long(at: field + 8) else { return nil }
      return images(reader, entries, count: length / entrySize, base: start + UInt64(signature.count))
    }
    return nil
  }

  private static func images(_ reader: TIFFReader, _ entries: Int, count: Int, base: UInt64) -> [Range<UInt64>]? {
    guard (1...contentNeeded).contains(count) else { return nil }
    var images: [Range<UInt64>] = []
    for index in 1..<count {
      let entry = entries + index * entrySize
      guard let size = reader.long(at: entry + 4), let offset = reader.long(at: entry + 8) else { return nil }
      guard size > 0, offset > 0 else { continue }
      images.append(base + UInt64(offset)..<base + UInt64(offset) + UInt64(size))
    }
    return images.sorted { $0.lowerBound < $1.lowerBound }
  }
}
