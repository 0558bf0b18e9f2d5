/// A WebP file without what is not the picture (RFC 9649, section 2): libvips 8.14 leaves EXIF and XMP in, asked to strip
/// them or not.
enum WebPContainer {
  private static let headerLength = 12
  private static let chunkHeaderLength = 8
  /// The chunks that are the picture; `VP8X` says which there are.
  private static let pictureChunks: Set<[UInt8]> = Set(["VP8X", "ALPH", "VP8 ", "VP8L"].map { Array($0.utf8) })
  /// Of the flags of `VP8X`: colour profile, EXIF, XMP.
  private static let metadataFlags: UInt8 = 0b0010_1100

  /// The file with its picture only; nil where the bytes are no whole WebP file.
  static func strippingMetadata(_ file: [UInt8]) -> [UInt8]? {
    guard file.count >= headerLength, file[0..<4].elementsEqual("RIFF".utf8), file[8..<12].elementsEqual("WEBP".utf8),
      length(at: 4, of: file) == file.count - 8
    else { return nil }
    var result = Array(file[..<headerLength])
    var position = headerLength
    var hasPicture = false
    while position < file.count {
      guard file.count - position >= chunkHeaderLength else { return nil }
      let type = Array(file[position..<position + 4])
      let size = length(at: position + 4, of: file)
      // A chunk of odd length is followed by a byte of padding.
      let end = position + chunkHeaderLength + size + size % 2
      guard end <= file.count else { return nil }
      if pictureChunks.contains(type) {
        let start = result.count
        result += file[position..<end]
        if type.elementsEqual("VP8X".utf8), size > 0 { result[start + chunkHeaderLength] &= ~metadataFlags }
        if !type.elementsEqual("VP8X".utf8) { hasPicture = true }
      }
      position = end
    }
    guard hasPicture else { return nil }
    let total = result.count - 8
    for shift in 0..<4 { result[4 + shift] = UInt8(truncatingIfNeeded: total >> (8 * shift)) }
    return result
  }

  /// 32 bits, the lowest byte first.
  private static func length(at offset: Int, of file: [UInt8]) -> Int {
    (0..<4).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
  }
}
